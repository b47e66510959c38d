// A list to choose from with arrow keys or pointer, used by the message box's suggestions and by selects.
// Focus stays in the field that opened it; the active entry is announced through aria-activedescendant.
// It knows nothing of what its entries mean.

import { el, fill } from "./dom.js";

let count = 0;

/** Entries are {label, description, hint, group, lead, selected, value}; `lead` is a node shown first. */
export class ListBox {
  constructor({ label, choose, multiple = false }) {
    this.choose = choose;
    this.entries = [];
    this.active = -1;
    this.id = `list-${(count += 1)}`;
    this.root = el("ul", {
      class: "listbox", id: this.id, role: "listbox", "aria-label": label, "aria-multiselectable": multiple ? "true" : null,
    });
    this.root.hidden = true;
    this.root.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps its focus
  }

  /** Tell a field that this list belongs to it. */
  attach(field) {
    this.field = field;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.id);
    this.#announce();
  }

  get visible() {
    return !this.root.hidden;
  }

  get current() {
    return this.visible ? (this.entries[this.active] ?? null) : null;
  }

  /** Draw `entries`; `note` stands alone when there are none. */
  show(entries, { active = 0, note = null } = {}) {
    this.entries = entries;
    let group = null;
    const nodes = entries.flatMap((entry, at) => {
      const heading = entry.group && entry.group !== group ? [el("li", { class: "group", role: "presentation" }, entry.group)] : [];
      group = entry.group;
      return [...heading, this.#row(entry, at)];
    });
    if (!entries.length && note) nodes.push(el("li", { class: "note", role: "presentation" }, note));
    fill(this.root, nodes);
    this.root.hidden = !nodes.length;
    this.#activate(Math.min(active, entries.length - 1));
  }

  hide() {
    this.root.hidden = true;
    this.entries = [];
    this.active = -1;
    this.#announce();
  }

  move(by) {
    if (!this.entries.length) return;
    this.#activate((this.active + by + this.entries.length) % this.entries.length);
  }

  chooseActive() {
    const entry = this.current;
    if (entry) this.choose(entry);
    return Boolean(entry);
  }

  #row(entry, at) {
    return el(
      "li",
      {
        class: "entry", role: "option", id: `${this.id}-${at}`, "aria-selected": entry.selected ? "true" : "false",
        onclick: () => this.choose(entry), onmousemove: () => this.active !== at && this.#activate(at, false),
      },
      entry.lead,
      el("span", { class: "words" }, el("span", { class: "label" }, entry.label),
        entry.description && el("span", { class: "description" }, entry.description)),
      entry.hint && el("span", { class: "hint" }, entry.hint),
    );
  }

  #activate(at, reveal = true) {
    this.active = at;
    for (const row of this.root.querySelectorAll(".entry")) row.classList.toggle("active", row.id === `${this.id}-${at}`);
    if (reveal) this.root.querySelector(".active")?.scrollIntoView({ block: "nearest" });
    this.#announce();
  }

  #announce() {
    if (!this.field) return;
    this.field.setAttribute("aria-expanded", String(this.visible));
    if (this.current) this.field.setAttribute("aria-activedescendant", `${this.id}-${this.active}`);
    else this.field.removeAttribute("aria-activedescendant");
  }
}
