// "Bo is typing…" under the messages. Apart, because it changes far more often than anything around it.

import { displayName, el, fill } from "./dom.js";
import { say } from "./words.js";

export class TypingLine {
  /** `channel()` gives the id of the channel it stands under. */
  constructor({ store, channel }) {
    Object.assign(this, { store, channel });
    this.root = el("div", { class: "typing", "aria-live": "polite" });
    for (const topic of ["typing", "place", "all"]) store.on(topic, () => this.draw());
  }

  draw() {
    const names = this.store.typingIn(this.channel()).map((id) => displayName(this.store.user(id)));
    const words = names.length > 2 ? say("typing.many") : names.length === 2 ? say("typing.two", ...names) : names[0] && say("typing.one", names[0]);
    fill(this.root, words && [el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), words]);
  }
}
