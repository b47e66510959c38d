// A person's card: who they are in this server, their roles, and what one can do: write to them, use a bot's user
// command on them, or speak as them. It opens beside whatever was pressed.

import * as commands from "./commands.js";
import { avatar, cssColour, displayName, el, fill, icon, inRoleColour } from "./dom.js";
import { badge } from "./message.js";
import { placeAt } from "./popup.js";
import { say } from "./words.js";

const USER_COMMAND = 2;

export class PersonCard {
  constructor({ store, page }) {
    Object.assign(this, { store, page });
    this.root = el("div", { class: "person-card", role: "dialog", popover: "auto" });
    this.root.addEventListener("toggle", ({ newState }) => newState === "closed" && this.opener?.isConnected && this.opener.focus({ preventScroll: true }));
  }

  async open(userId, anchor) {
    const user = this.store.user(userId);
    if (!user) return;
    this.opener = anchor;
    this.user = user;
    this.root.setAttribute("aria-label", displayName(user));
    this.#draw([]);
    this.root.showPopover();
    placeAt(this.root, anchor, { beside: true });
    this.root.querySelector("button")?.focus();
    const menus = await this.#menus();
    if (this.user !== user || !menus.length || !this.root.matches(":popover-open")) return;
    const focused = [...this.root.querySelectorAll("button")].indexOf(document.activeElement);
    this.#draw(menus);
    this.root.querySelectorAll("button")[Math.max(0, focused)]?.focus();
    placeAt(this.root, anchor, { beside: true });
  }

  /** The bot's commands for a person, as far as I may use them here. */
  async #menus() {
    const { store, page } = this;
    if (!store.selected) return [];
    const all = await page.api().commands(store.selected).catch(() => store.commands);
    return all.filter(({ type }) => type === USER_COMMAND);
  }

  #draw(menus) {
    const { store, user, page } = this;
    const roles = store.rolesOf(user.id);
    const mine = user.id === store.me.id;
    const act = (label, name, action) => el("button", { type: "button", class: "button secondary", onclick: () => {
      this.root.hidePopover();
      action();
    } }, icon(name), el("span", { class: "label" }, label));
    fill(this.root, el("div", { class: "card-head" }, avatar(user)),
      el("div", { class: "card-name" }, inRoleColour(el("h2", {}, displayName(user)), store.roleColour(user.id)), user.bot && badge()),
      el("p", { class: "card-handle" }, user.username),
      roles.length ? el("div", { class: "card-roles" }, el("h3", {}, say("roles")), el("ul", {}, roles.map(role))) : null,
      el("div", { class: "card-acts" },
        !mine && act(say("direct.write"), "at", () => page.openDirect(user.id)),
        !mine && !user.bot && act(say("identity.be", displayName(user)), "people", () => page.become(user.id)),
        menus.map((command) => act(commands.words(command, "name"), "app", () => page.interactions().userMenu(store.selected, command, user.id)))));
  }
}

function role({ name, color }) {
  const dot = el("span", { class: "role-dot", "aria-hidden": "true" });
  if (color) dot.style.backgroundColor = cssColour(color);
  return el("li", { class: "role" }, dot, name);
}
