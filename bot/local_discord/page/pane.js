// The thread beside its channel: a head with what may be done to it, and a conversation of its own. On a narrow
// screen it lies over the channel. Which thread it shows is the store's place; it decides nothing.

import { isForum } from "./channels.js";
import { Conversation } from "./conversation.js";
import { el, fill, icon } from "./dom.js";
import { PinsPanel } from "./pins.js";
import { say } from "./words.js";

export class ThreadPane {
  /** `page` is as in Conversation, with closeThread(), openFull(id) and threadMenu(id, button). */
  constructor({ store, names, page }) {
    Object.assign(this, { store, page });
    this.pins = new PinsPanel({ store, names, pins: (id) => page.api().pins(id), unpin: (id, message) => page.api().unpin(id, message), jump: (id) => this.conversation.log.jump(id) });
    this.conversation = new Conversation({ store, names, page, openPins: () => this.pins.toggle(store.place.thread, this.pinButton) });
    this.title = el("h2", {});
    this.tags = el("div", { class: "tags" });
    const button = (name, action) => el("button", { type: "button", class: "icon-button", onclick: (event) => action(event.currentTarget) }, icon(name));
    this.backButton = button("back", () => page.closeThread());
    this.backButton.classList.add("pane-back");
    this.pinButton = button("pin", (opener) => this.pins.toggle(store.place.thread, opener));
    this.fullButton = button("expand", () => page.openFull(store.place.thread));
    this.fullButton.classList.add("pane-full");
    this.moreButton = button("more", (opener) => page.threadMenu(store.place.thread, opener));
    this.closeButton = button("close", () => page.closeThread());
    this.mark = el("span", { class: "pane-mark" });
    this.parts = [
      el("header", { class: "channel-header" }, this.backButton, el("div", { class: "channel-title" }, this.mark, this.title),
        this.pinButton, this.moreButton, this.fullButton, this.closeButton, this.pins.root),
      this.tags, this.conversation.root];
    this.root = el("section", { class: "pane" });
    this.root.hidden = true;
    for (const topic of ["channels", "access"]) store.on(topic, () => this.draw());
    store.on("pins", (channelId) => this.pins.changed(channelId));
  }

  /** Show the thread of the store's place, or nothing. */
  show(options) {
    const { thread } = this.store.place;
    this.root.hidden = !thread;
    document.body.classList.toggle("pane-open", Boolean(thread));
    if (!thread) {
      this.conversation.channelId = null;
      return fill(this.root);
    }
    if (!this.root.firstChild) fill(this.root, this.parts);
    this.draw();
    return this.conversation.show(thread, options);
  }

  draw() {
    const thread = this.store.channels.get(this.store.place.thread);
    if (!thread) return;
    const parent = this.store.channels.get(thread.parent_id);
    this.root.setAttribute("aria-label", say("thread.label", thread.name));
    this.title.textContent = thread.name;
    fill(this.mark, icon(isForum(parent) ? "forum" : thread.type === 12 ? "lock" : "thread"));
    const words = { backButton: "thread.back", pinButton: "thread.pins", moreButton: "thread.more", fullButton: "thread.full", closeButton: "thread.close" };
    for (const [button, key] of Object.entries(words)) {
      this[button].setAttribute("aria-label", say(key));
      this[button].title = say(key);
    }
    const applied = (thread.applied_tags ?? []).map((id) => parent?.available_tags?.find((tag) => tag.id === id)).filter(Boolean);
    const { archived, locked } = thread.thread_metadata;
    fill(this.tags, applied.map((tag) => el("span", { class: "tag" }, tag.emoji_name && `${tag.emoji_name} `, tag.name)),
      archived && el("span", { class: "tag state" }, say("thread.archived")), locked && el("span", { class: "tag state" }, say("thread.locked")));
    this.tags.hidden = !this.tags.childNodes.length;
  }

  redraw() {
    this.draw();
    this.conversation.redraw();
  }
}
