// The panel of a channel's pinned messages. It reads them when it is opened and keeps nothing.

import { attachment, embed } from "./embeds.js";
import { avatar, displayName, el, fill, icon } from "./dom.js";
import { markdown } from "./markdown.js";
import { textOf } from "./message_parts.js";
import { madeAt } from "./store.js";
import { headerTime } from "./times.js";
import { say } from "./words.js";

export class PinsPanel {
  /** `pins(channelId)` reads them; `jump(id)` shows a message; `unpin(channelId, id)` takes one off. */
  constructor({ store, names, pins, jump, unpin }) {
    Object.assign(this, { store, names, pins, jump, unpin });
    this.root = el("div", { class: "pins", role: "dialog", popover: "auto" });
    this.root.addEventListener("toggle", ({ newState }) => this.opener?.setAttribute("aria-expanded", String(newState === "open")));
  }

  /** Open it for a channel, or close it; `opener` is the button that does so. */
  async toggle(channelId, opener = null) {
    if (this.root.matches(":popover-open")) return this.root.hidePopover();
    Object.assign(this, { channelId, opener });
    this.root.setAttribute("aria-label", say("pins"));
    fill(this.root, this.#title(), el("p", { class: "note" }, say("message.loading")));
    this.root.showPopover();
    return this.#fill();
  }

  /** A channel's pins changed. */
  changed(channelId) {
    if (channelId === this.channelId && this.root.matches(":popover-open")) this.#fill();
  }

  #title = () => el("h2", {}, icon("pin"), say("pins"));

  async #fill() {
    const { channelId } = this;
    let list;
    try {
      list = await this.pins(channelId);
    } catch (error) {
      return fill(this.root, this.#title(), el("p", { class: "note" }, error.message));
    }
    if (channelId !== this.channelId) return null;
    return fill(this.root, this.#title(),
      list.length ? el("ul", {}, list.map((message) => this.#pin(message))) : el("p", { class: "note" }, say("pins.none")));
  }

  #pin(message) {
    const author = this.store.user(message.author.id) ?? message.author;
    return el("li", { class: "pinned" },
      el("div", { class: "head" }, avatar(author, "tiny"), el("b", {}, displayName(author)), el("time", {}, headerTime(madeAt(message))),
        el("button", { type: "button", class: "button secondary small", onclick: () => {
          this.root.hidePopover();
          this.jump(message.id);
        } }, say("pins.jump")), this.store.may(message.channel_id, "PIN_MESSAGES") && this.#remover(message)),
      el("div", { class: "markup" }, markdown(message.content || textOf(message.components), this.names)),
      (message.embeds ?? []).map((card) => embed(card, this.names)), (message.attachments ?? []).map(attachment));
  }

  #remover(message) {
    return el("button", { type: "button", class: "icon-button", "aria-label": say("pins.remove"), title: say("pins.remove"), onclick: async () => {
      try {
        await this.unpin(message.channel_id, message.id);
        await this.#fill();
        this.root.querySelector("button")?.focus();
      } catch (error) {
        this.root.prepend(el("p", { class: "failure", role: "alert" }, error.message));
      }
    } }, icon("close"));
  }
}
