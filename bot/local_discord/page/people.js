// Who one is: the panel bottom left, where one click makes this window somebody else and sets that person's
// language. Only drawing; the switch itself is app.js's.

import { avatar, cssColour, displayName, el, fill, inRoleColour } from "./dom.js";
import { addressOf } from "./place.js";
import { LOCALES, say } from "./words.js";

export class PeoplePanel {
  /** `become(userId)` and `setLocale(locale)` do what they say. */
  constructor({ store, become, setLocale }) {
    Object.assign(this, { store, become, setLocale });
    this.root = el("section", { class: "me-panel" });
    for (const topic of ["members", "place", "access"]) store.on(topic, () => this.draw());
  }

  draw() {
    const { store } = this;
    const me = store.user(store.me.id);
    const name = inRoleColour(el("b", {}, displayName(me)), store.roleColour(me.id));
    const roles = store.rolesOf(me.id).map((role) => inRoleColour(el("span", { class: "role-name" }, role.name), role.color));
    const key = JSON.stringify([document.documentElement.lang, me, store.guild?.id, [...store.people], [...store.roles]]);
    if (key === this.drawn) return;
    this.drawn = key;
    const focused = document.activeElement?.dataset?.become;
    this.root.setAttribute("aria-label", say("identity.label"));
    fill(this.root,
      el("div", { class: "others", role: "group", "aria-label": say("identity.label") },
        [...store.people.values()].map((user) => this.#face(user))),
      el("div", { class: "me" },
        el("span", { class: "face online" }, avatar(me)),
        el("div", { class: "me-words" }, name, el("span", { class: "roles" }, roles.length ? roles.flatMap((role, at) => [at > 0 && ", ", role]) : `@${me.username}`)),
        this.#locales(me.locale ?? "en-US")));
    if (focused) this.root.querySelector(`[data-become="${CSS.escape(focused)}"]`)?.focus();
  }

  #locales(present) {
    return el("div", { class: "locales", role: "group", "aria-label": say("identity.locale") },
      Object.entries(LOCALES).map(([locale, label]) => el("button", {
        type: "button", lang: locale, title: label, "aria-label": label, "aria-pressed": String(present === locale),
        onclick: () => this.setLocale(locale),
      }, locale === "zh-CN" ? "中" : "EN")));
  }

  #face(user) {
    const mine = user.id === this.store.me.id;
    const node = el("a", {
      class: "become", href: addressOf({ ...this.store.place, user: user.id, guild: this.store.place.guild ?? "@me" }), dataset: { become: user.id }, "aria-current": mine ? "true" : null,
      "aria-label": say("identity.be", displayName(user)), title: say("identity.be", displayName(user)),
      onclick: (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        if (!mine) this.become(user.id);
      },
    }, avatar(user, "small"), el("span", {}, displayName(user)));
    node.style.setProperty("--ring", cssColour(this.store.roleColour(user.id)) || "currentColor");
    return node;
  }
}
