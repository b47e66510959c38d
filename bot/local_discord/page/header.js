// The bar over the messages: the channel's name and topic, and the buttons for its threads and pins, the members
// and the wire. Also the line that says that the connection is gone. It draws, and calls what it was given.

import { isDirect, isForum, isThread, markOf } from "./channels.js";
import { displayName, el, fill, icon } from "./dom.js";
import { markdownLine } from "./markdown.js";
import { say } from "./words.js";

export class Header {
  /** `on` has drawer(), threads(button), pins(button), members(), wire(), go(channelId): what each button does. */
  constructor({ store, names, on, panels }) {
    Object.assign(this, { store, names, on });
    this.title = el("div", { class: "channel-title" });
    const button = (name, action) => el("button", { type: "button", class: `icon-button for-${name}`, onclick: () => action() }, icon(name));
    this.menu = button("menu", on.drawer);
    this.threads = button("thread", () => on.threads(this.threads));
    this.pins = button("pin", () => on.pins(this.pins));
    this.members = button("people", on.members);
    this.wire = button("wire", on.wire);
    this.badge = el("span", { class: "count wire-badge" });
    this.wire.append(this.badge);
    this.badge.hidden = true;
    this.root = el("header", { class: "channel-header" }, this.menu, this.title, this.threads, this.pins, this.members, this.wire, panels);
    for (const topic of ["channels", "place", "members", "access"]) store.on(topic, () => this.draw());
  }

  draw() {
    const { store } = this;
    for (const [node, words] of [[this.menu, "sidebar.open"], [this.threads, "threads"], [this.pins, "pins"], [this.members, "members"], [this.wire, "wire"]]) {
      node.setAttribute("aria-label", say(words));
      node.title = say(words);
    }
    const channel = store.channels.get(store.place.channel);
    this.threads.hidden = !channel || isThread(channel) || isDirect(channel) || isForum(channel);
    this.pins.hidden = !channel || isForum(channel);
    this.members.hidden = !store.guild;
    if (!channel) return this.#nowhere();
    const parent = isThread(channel) && store.channels.get(channel.parent_id);
    const up = parent && [
      icon(markOf(parent)),
      el("button", { type: "button", class: "link-button up", onclick: () => this.on.go(parent.id) }, parent.name),
      el("span", { class: "sep", "aria-hidden": "true" }, "›"),
    ];
    const name = isDirect(channel) ? displayName(store.partnerIn(channel)) : channel.name;
    fill(this.title, up, icon(markOf(channel)), el("h2", {}, name),
      channel.topic && el("p", { class: "topic", title: channel.topic }, markdownLine(channel.topic, this.names)));
    document.title = `${store.titleOf(channel)} | ${store.guild?.name ?? say("home")}`;
    return undefined;
  }

  /** How many errors and violations the wire has that were not looked at. */
  alert(count) {
    this.badge.hidden = !count;
    this.badge.textContent = count > 99 ? "99+" : String(count);
    this.wire.title = count ? say("wire.alert", count) : say("wire");
  }

  #nowhere() {
    fill(this.title, icon("home"), el("h2", {}, this.store.guild?.name ?? say("home")));
    document.title = this.store.guild?.name ?? say("home");
  }
}

/** The line across the top that says whether this window still hears the local Discord. */
export class Banner {
  constructor() {
    this.root = el("div", { class: "banner", role: "status" });
    this.root.hidden = true;
  }

  show(words, kind) {
    clearTimeout(this.timer);
    this.root.className = `banner ${kind}`;
    this.root.textContent = words;
    this.root.hidden = false;
    if (kind === "good") this.timer = setTimeout(() => (this.root.hidden = true), 4000);
  }
}
