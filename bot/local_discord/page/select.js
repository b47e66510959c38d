// A select as Discord draws it: a box that opens a list, one choice or several. Messages and modals use the
// same one. Several choices count once the list closes, as in Discord; sending them is the caller's.

import { avatar, el, fill, icon } from "./dom.js";
import { ListBox } from "./listbox.js";
import { say } from "./words.js";

/** `options` are {label, value, description, lead, default}; `changed(values)` is told of each new choice. */
export class SelectBox {
  constructor({ options, placeholder, min = 1, max = 1, disabled = false, label = null, changed = () => {} }) {
    Object.assign(this, { options, placeholder, min, max, changed });
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
    this.#list(this.options.findIndex((option) => option.value === value));
  }

  #settle() {
    if (this.values.join("\n") === this.before.join("\n")) return;
    if (this.values.length < this.min) this.restore();
    else this.changed(this.values);
  }

  #list(active = null) {
    const at = active ?? Math.max(0, this.options.findIndex((option) => this.values.includes(option.value)));
    const entries = this.options.map((option) => ({
      ...option, selected: this.values.includes(option.value), hint: null,
      lead: [this.max > 1 ? el("span", { class: `tick ${this.values.includes(option.value) ? "on" : ""}` }) : null, option.lead],
    }));
    this.list.show(entries, { active: at, note: say("autocomplete.empty") });
  }

  #draw() {
    const chosen = this.options.filter((option) => this.values.includes(option.value));
    this.shown.classList.toggle("empty", !chosen.length);
    if (!chosen.length) fill(this.shown, this.placeholder ?? say("select.choose"));
    else if (this.max === 1) fill(this.shown, chosen[0].lead?.cloneNode(true), chosen[0].label);
    else fill(this.shown, chosen.map((option) => el("span", { class: "chip" }, option.label)));
  }

  #key(event) {
    const { key } = event;
    const opens = ["ArrowDown", "ArrowUp"].includes(key);
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
  const users = () => store.everybody().map((user) => ({
    label: user.global_name ?? user.username, description: user.username, value: user.id, lead: avatar(user, "tiny"),
  }));
  const roles = () => [...store.roles.values()].map((role) => ({ label: `@${role.name.replace(/^@/, "")}`, value: role.id }));
  const kinds = component.channel_types;
  const channels = () => [...store.channels.values()].filter((channel) => !kinds?.length || kinds.includes(channel.type))
    .map((channel) => ({ label: channel.name, value: channel.id, lead: icon(channel.thread_metadata ? "thread" : "hash") }));
  const found = { [SELECT.user]: users, [SELECT.role]: roles, [SELECT.channel]: channels, [SELECT.mentionable]: () => [...users(), ...roles()] };
  return found[component.type]().map((option) => ({ ...option, default: chosen.has(option.value) }));
}

/** A partial emoji: a Unicode one as it is, a custom one by its name. */
export const emoji = ({ id, name }) => el("span", { class: "emoji", "aria-hidden": "true" }, id ? `:${name}:` : name);
