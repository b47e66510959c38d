// Home before a direct message is chosen: everybody one could write to, the bot first.

import { avatar, displayName, el, fill } from "./dom.js";
import { badge } from "./message.js";
import { say } from "./words.js";

export class Home {
  constructor({ store, page }) {
    Object.assign(this, { store, page });
    this.root = el("section", { class: "home" });
    store.on("members", () => this.redraw());
    store.on("bot", () => this.redraw());
  }

  show() {
    this.redraw();
  }

  redraw() {
    if (!this.root.isConnected || !this.store.me) return;
    const { store, page } = this;
    const others = [store.user(store.application.bot.id), ...store.people.values()].filter((user) => user && user.id !== store.me.id);
    fill(this.root, el("h2", {}, say("home.title")), el("p", {}, say("home.text")), el("ul", { class: "home-people" }, others.map((user) => el("li", {},
      el("button", { type: "button", class: "home-person", onclick: () => page.openDirect(user.id) },
        avatar(user), el("span", { class: "words" }, el("b", {}, displayName(user), user.bot && badge()), el("span", {}, say("direct.write"))))))));
  }
}
