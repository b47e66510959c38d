// Who one is and who is there: the panel bottom left, where one click makes this window somebody else and sets
// that person's language, and the list of members on the right. Only drawing; the switch itself is app.js's.

import { avatar, cssColour, displayName, el, fill, inRoleColour } from "./dom.js";
import { badge } from "./message.js";
import { LOCALES, say } from "./words.js";

export class PeoplePanel {
  /** `become(userId)` and `setLocale(locale)` do what they say. */
  constructor({ store, become, setLocale }) {
    Object.assign(this, { store, become, setLocale });
    this.root = el("section", { class: "me-panel" });
    store.on("members", () => this.draw());
  }

  draw() {
    const { store } = this;
    const me = store.user(store.me.id);
    const name = inRoleColour(el("b", {}, displayName(me)), store.roleColour(me.id));
    const roles = (me.roles?.[store.guild.id] ?? []).map((id) => store.roles.get(id)).filter((role) => role && role.id !== store.guild.id);
    const focused = document.activeElement?.dataset?.become;
    this.root.setAttribute("aria-label", say("identity.label"));
    fill(this.root,
      el("div", { class: "others", role: "group", "aria-label": say("identity.label") },
        [...store.people.values()].map((user) => this.#face(user))),
      el("div", { class: "me" },
        el("span", { class: "face online" }, avatar(me)),
        el("div", { class: "me-words" }, name, el("span", { class: "roles" }, roles.map((role) => role.name).join(", ") || `@${me.username}`)),
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
      class: "become", href: `?user=${user.id}`, dataset: { become: user.id }, "aria-current": mine ? "true" : null,
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

export class MemberList {
  constructor({ store }) {
    this.store = store;
    this.root = el("aside", { class: "members" });
    for (const topic of ["members", "bot"]) store.on(topic, () => this.draw());
  }

  draw() {
    this.root.setAttribute("aria-label", say("members"));
    const everybody = this.store.everybody();
    const bots = everybody.filter((user) => user.bot);
    const people = everybody.filter((user) => !user.bot);
    fill(this.root, this.#group(say("members"), people, () => true), bots.length ? this.#group(say("members.apps"), bots, () => this.store.botOnline) : null);
  }

  #group(title, users, online) {
    return el("section", {}, el("h2", {}, `${title} — ${users.length}`), el("ul", {}, users.map((user) => {
      const name = inRoleColour(el("span", { class: "member-name" }, displayName(user)), this.store.roleColour(user.id));
      const face = el("span", { class: `face ${online(user) ? "online" : ""}` }, avatar(user, "small"));
      return el("li", { class: `member ${online(user) ? "" : "offline"}` }, face, name, user.bot && badge());
    })));
  }
}
