// The list of members at the right, under the highest role of each, as Discord groups them; apps at the end.
// A press on a name opens that person's card.

import { avatar, displayName, el, fill, inRoleColour } from "./dom.js";
import { badge } from "./message.js";
import { say } from "./words.js";

const MOST = 200; // drawn in one group; a benchmark's server may have thousands

export class MemberList {
  /** `open(userId, anchor)` opens a card. */
  constructor({ store, open }) {
    Object.assign(this, { store, open });
    this.root = el("aside", { class: "members" });
    for (const topic of ["members", "bot", "place", "access"]) store.on(topic, () => this.draw());
  }

  draw() {
    const { store } = this;
    this.root.hidden = !store.guild;
    this.root.setAttribute("aria-label", say("members"));
    if (!store.guild) return;
    const everybody = store.everybody().sort((a, b) => displayName(a).localeCompare(displayName(b)));
    const key = JSON.stringify([document.documentElement.lang, store.guild.id, store.botOnline, everybody, [...store.roles]]);
    if (key === this.drawn) return;
    this.drawn = key;
    const groups = new Map();
    for (const user of everybody) {
      const role = user.bot ? "apps" : (store.rolesOf(user.id)[0]?.id ?? "none");
      groups.set(role, [...(groups.get(role) ?? []), user]);
    }
    const position = (id) => (id === "apps" ? -2 : id === "none" ? -1 : (store.roles.get(id).position ?? 0));
    const name = (id) => (id === "apps" ? say("members.apps") : id === "none" ? say("members") : store.roles.get(id).name);
    const focused = this.root.contains(document.activeElement) && document.activeElement.dataset.member;
    fill(this.root, [...groups].sort(([a], [b]) => position(b) - position(a)).map(([id, users]) => this.#group(name(id), users)));
    if (focused) this.root.querySelector(`[data-member="${CSS.escape(focused)}"]`)?.focus();
  }

  /** Show or hide it; `button` says which. */
  toggle(button) {
    document.body.classList.toggle("members-shown");
    button.setAttribute("aria-pressed", String(getComputedStyle(this.root).display !== "none"));
  }

  #group(title, users) {
    return el("section", {}, el("h2", {}, `${title} — ${users.length}`), el("ul", {}, users.slice(0, MOST).map((user) => this.#member(user))),
      users.length > MOST && el("p", { class: "none" }, say("command.more", users.length - MOST)));
  }

  #member(user) {
    const online = !user.bot || this.store.botOnline;
    const name = inRoleColour(el("span", { class: "member-name" }, displayName(user)), this.store.roleColour(user.id));
    return el("li", {}, el("button", {
      type: "button", class: `member ${online ? "" : "offline"}`, dataset: { member: user.id }, "aria-haspopup": "dialog",
      onclick: (event) => this.open(user.id, event.currentTarget),
    }, el("span", { class: `face ${online ? "online" : ""}` }, avatar(user, "small")), name, user.bot && badge(),
    !online && el("span", { class: "hidden-words" }, say("members.offline"))));
  }
}
