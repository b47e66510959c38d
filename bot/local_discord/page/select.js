// A select as Discord draws it: a box that opens a list, one choice or several. Messages and modals use the
// same one. Several choices count once the list closes, as in Discord; sending them is the caller's.

import { markOf } from "./channels.js";
import { avatar, cssColour, displayName, el, fill, icon } from "./dom.js";
import { emoji } from "./emoji.js";
import { ListBox } from "./listbox.js";
import { say } from "./words.js";

/** `options` are {label, value, description, lead, default}; `changed(values)` is told of each new choice. */
export class SelectBox {
  constructor({ options, placeholder, min = 1, max = 1, disabled = false, label = null, searchable = false, changed = () => {} }) {
    Object.assign(this, { options, placeholder, min, max, searchable, changed, query: "" });
    this.values = options.filter((option) => option.default).map((option) => option.value);
    this.shown = el("span", { class: "shown" });
    this.box = el(
      "button",
      {
        type: "button", class: "select-box", disabled, "aria-haspopup": "listbox", "aria-label": label ?? placeholder ?? say("select.choose"),
        onclick: () => (this.list.visible ? this.close() : this.open()), onkeydown: (event) => this.#key(event),
        onblur: () => this.close(),
      },
      this.shown,
      icon("chevron"),
    );
    this.list = new ListBox({ label: label ?? say("select.choose"), multiple: max > 1, choose: (entry) => this.#choose(entry.value) });
    this.list.attach(this.box);
    this.list.root.popover = "manual"; // drawn above everything, also above a dialog
    this.root = el("div", { class: "select" }, this.box, this.list.root);
    this.follow = () => (this.root.isConnected ? this.#place() : document.removeEventListener("scroll", this.follow, true));
    this.#draw();
  }

  open() {
    this.before = [...this.values];
    this.query = "";
    this.#list();
    this.list.root.showPopover();
    this.#place();
    document.addEventListener("scroll", this.follow, true); // what is around it may grow while one chooses
  }

  close() {
    if (!this.list.visible) return;
    this.#hide();
    if (this.max > 1) this.#settle();
  }

  /** Go back to what was chosen before (when the choice was refused). */
  restore() {
    this.values = this.before ?? this.values;
    this.#draw();
  }

  #place() {
    const box = this.box.getBoundingClientRect();
    const { style } = this.list.root;
    style.width = `${box.width}px`;
    style.left = `${box.left}px`;
    const below = window.innerHeight - box.bottom;
    const up = below < 240 && box.top > below;
    style.maxHeight = `${Math.min(320, (up ? box.top : below) - 12)}px`;
    style.top = up ? "auto" : `${box.bottom + 4}px`;
    style.bottom = up ? `${window.innerHeight - box.top + 4}px` : "auto";
  }

  #hide() {
    this.query = "";
    this.#draw();
    this.list.hide();
    this.list.root.hidePopover();
    document.removeEventListener("scroll", this.follow, true);
  }

  #choose(value) {
    const chosen = this.values.includes(value);
    if (this.max === 1) {
      this.values = chosen && this.min === 0 ? [] : [value];
      this.#draw();
      this.#hide();
      this.changed(this.values);
      return;
    }
    if (chosen) this.values = this.values.filter((other) => other !== value);
    else if (this.values.length < this.max) this.values = [...this.values, value];
    this.#draw();
    this.#list(this.#offered().findIndex((option) => option.value === value));
  }

  #settle() {
    if (this.values.join("\n") === this.before.join("\n")) return;
    if (this.values.length < this.min) this.restore();
    else this.changed(this.values);
  }

  /** The options that match what was typed while the list is open. */
  #offered() {
    const query = this.query.toLowerCase();
    return this.options.filter(({ label, description }) => `${label} ${description ?? ""}`.toLowerCase().includes(query));
  }

  #list(active = null) {
    const offered = this.#offered();
    const at = active ?? Math.max(0, offered.findIndex((option) => this.values.includes(option.value)));
    const group = this.max > 1 ? say("select.many", this.min, Math.min(this.max, this.options.length)) : null;
    const entries = offered.map((option) => ({
      ...option, group, selected: this.values.includes(option.value), hint: null,
      lead: [this.max > 1 ? el("span", { class: `tick ${this.values.includes(option.value) ? "on" : ""}` }) : null, option.lead],
    }));
    this.list.show(entries, { active: at, note: say("autocomplete.empty") });
  }

  #draw() {
    const chosen = this.options.filter((option) => this.values.includes(option.value));
    this.shown.classList.toggle("empty", !chosen.length && !this.query);
    if (this.query) return void fill(this.shown, this.query);
    if (!chosen.length) return void fill(this.shown, this.placeholder ?? say("select.choose"));
    if (this.max === 1) fill(this.shown, chosen[0].lead?.cloneNode(true), chosen[0].label);
    else fill(this.shown, chosen.map((option) => el("span", { class: "chip" }, option.label)));
  }

  /** Letters typed while the list is open narrow it down. */
  #search(event) {
    const letter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && (event.key !== " " || this.query);
    if (!letter && !(event.key === "Backspace" && this.query)) return false;
    if (!this.list.visible) this.open();
    this.query = letter ? this.query + event.key : this.query.slice(0, -1);
    this.#draw();
    this.#list(0);
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #key(event) {
    const { key } = event;
    const opens = ["ArrowDown", "ArrowUp"].includes(key);
    if (this.searchable && this.#search(event)) return;
    if (!this.list.visible) {
      if (!opens) return;
      this.open();
    } else if (opens) this.list.move(key === "ArrowDown" ? 1 : -1);
    else if (key === "Enter" || key === " ") this.list.chooseActive();
    else if (key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

const SELECT = { string: 3, user: 5, role: 6, mentionable: 7, channel: 8 };
export const isSelect = (component) => Object.values(SELECT).includes(component.type);

/** The options of any kind of select component, those of people, roles and channels taken from the store. */
export function selectOptions(component, store) {
  if (component.type === SELECT.string) {
    return component.options.map((option) => ({ ...option, lead: option.emoji ? emoji(option.emoji) : null }));
  }
  const chosen = new Set((component.default_values ?? []).map(({ id }) => id));
  const kinds = component.channel_types;
  const users = () => store.everybody().map((user) => ({ label: displayName(user), description: user.username, value: user.id, lead: avatar(user, "tiny") }));
  const roles = () => store.rolesHere().map((role) => ({ label: `@${role.name.replace(/^@/, "")}`, value: role.id, lead: roleDot(role) }));
  const channels = () => store.channelsHere().filter((channel) => !kinds?.length || kinds.includes(channel.type))
    .map((channel) => ({ label: channel.name, value: channel.id, lead: icon(markOf(channel)) }));
  const found = { [SELECT.user]: users, [SELECT.role]: roles, [SELECT.channel]: channels, [SELECT.mentionable]: () => [...users(), ...roles()] };
  return found[component.type]().map((option) => ({ ...option, default: chosen.has(option.value) }));
}

/** A disc in a role's colour. */
export function roleDot(role) {
  const node = el("span", { class: "role-dot", "aria-hidden": "true" });
  if (role.color) node.style.backgroundColor = cssColour(role.color);
  return node;
}
