// The line over the message box that says whom one answers, with a switch for whether they are told of it.

import { displayName, el, fill, icon } from "./dom.js";
import { say } from "./words.js";

export class ReplyBar {
  constructor({ store }) {
    Object.assign(this, { store, message: null, ping: true });
    this.root = el("div", { class: "reply-bar" });
    this.#draw();
  }

  /** Answer a message (null takes that back). */
  answer(message) {
    this.message = message ?? null;
    this.ping = true;
    this.#draw();
  }

  #draw() {
    this.root.hidden = !this.message;
    if (!this.message) return;
    const { store, message } = this;
    const name = displayName(store.user(message.author.id) ?? message.author);
    const own = message.author.id === store.me.id;
    fill(this.root, el("span", {}, `${say("reply.to")} `, el("b", {}, name)),
      el("span", { class: "reply-tools" },
        !own && this.#switch(say("reply.ping", name)),
        el("button", { type: "button", class: "icon-button", "aria-label": say("action.cancel"), onclick: () => this.answer(null) }, icon("close"))));
  }

  #switch(label) {
    const turn = () => {
      this.ping = !this.ping;
      this.#draw();
      this.root.querySelector(".reply-ping").focus();
    };
    return el("button", {
      type: "button", class: "reply-ping", role: "switch", "aria-checked": String(this.ping), title: label, "aria-label": label, onclick: turn,
    }, "@ ", say(this.ping ? "on" : "off"));
  }
}
