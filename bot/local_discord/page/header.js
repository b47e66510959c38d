// The bar over the messages: the channel's name and topic, the buttons for pins and members, the panel of pinned
// messages, and the line that says the connection is gone. It reads pins when asked and keeps nothing.

import { attachment, embed } from "./embeds.js";
import { avatar, displayName, el, fill, icon } from "./dom.js";
import { markdown, markdownLine } from "./markdown.js";
import { madeAt } from "./store.js";
import { headerTime } from "./times.js";
import { say } from "./words.js";

export class Header {
  /** `pins(channelId)` reads them; `jump(id)` shows a message; `drawer()` and `members()` open those columns. */
  constructor({ store, names, pins, jump, drawer, members, go }) {
    Object.assign(this, { store, names, pins, jump, go });
    this.title = el("div", { class: "channel-title" });
    const button = (name, action) => el("button", { type: "button", class: `icon-button ${name}`, onclick: action }, icon(name));
    this.menu = button("menu", drawer);
    this.pinButton = button("pin", () => this.togglePins());
    this.memberButton = button("people", () => this.memberButton.setAttribute("aria-pressed", String(members())));
    this.panel = el("div", { class: "pins", role: "dialog", popover: "auto" });
    this.panel.addEventListener("toggle", ({ newState }) => this.pinButton.setAttribute("aria-expanded", String(newState === "open")));
    this.root = el("header", { class: "channel-header" }, this.menu, this.title, this.pinButton, this.memberButton, this.panel);
    for (const topic of ["channels", "select", "members"]) store.on(topic, () => this.draw());
    store.on("pins", (channelId) => channelId === store.selected && this.panel.matches(":popover-open") && this.#fillPins());
  }

  draw() {
    const channel = this.store.channels.get(this.store.selected);
    if (!channel) return;
    const parent = channel.thread_metadata && this.store.channels.get(channel.parent_id);
    const up = parent && [
      icon("hash"),
      el("button", { type: "button", class: "link-button up", onclick: () => this.go(parent.id) }, parent.name),
      el("span", { class: "sep", "aria-hidden": "true" }, "›"),
    ];
    fill(this.title, up, icon(parent ? "thread" : "hash"), el("h2", {}, channel.name),
      channel.topic && el("p", { class: "topic", title: channel.topic }, markdownLine(channel.topic, this.names)));
    for (const [node, words] of [[this.menu, "sidebar.open"], [this.pinButton, "pins"], [this.memberButton, "members"]]) {
      node.setAttribute("aria-label", say(words));
      node.title = say(words);
    }
    document.title = `${parent ? "" : "#"}${channel.name} | ${this.store.guild.name}`;
  }

  async togglePins() {
    if (this.panel.matches(":popover-open")) return this.panel.hidePopover();
    this.panel.setAttribute("aria-label", say("pins"));
    fill(this.panel, el("h2", {}, icon("pin"), say("pins")), el("p", { class: "note" }, say("message.loading")));
    this.panel.showPopover();
    return this.#fillPins();
  }

  async #fillPins() {
    const channelId = this.store.selected;
    let list;
    try {
      list = await this.pins(channelId);
    } catch (error) {
      return fill(this.panel, el("h2", {}, icon("pin"), say("pins")), el("p", { class: "note" }, error.message));
    }
    if (channelId !== this.store.selected) return null;
    return fill(this.panel, el("h2", {}, icon("pin"), say("pins")),
      list.length ? el("ul", {}, list.map((message) => this.#pin(message))) : el("p", { class: "note" }, say("pins.none")));
  }

  #pin(message) {
    const author = this.store.user(message.author.id) ?? message.author;
    return el("li", { class: "pinned" },
      el("div", { class: "head" }, avatar(author, "tiny"), el("b", {}, displayName(author)), el("time", {}, headerTime(madeAt(message))),
        el("button", { type: "button", class: "button secondary small", onclick: () => {
          this.panel.hidePopover();
          this.jump(message.id);
        } }, say("pins.jump"))),
      el("div", { class: "markup" }, markdown(message.content, this.names)),
      (message.embeds ?? []).map((card) => embed(card, this.names)), (message.attachments ?? []).map(attachment));
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
    if (kind === "good") this.timer = setTimeout(() => (this.root.hidden = true), 2500);
  }
}
