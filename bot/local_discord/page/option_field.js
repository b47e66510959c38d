// One option of a command being filled in: a small field that offers what it may be chosen from (or asks the bot,
// for autocomplete), and knows its own value and what is wrong with it. What the keys mean together with the other
// fields is the form's.

import { markOf } from "./channels.js";
import { avatar, el, icon } from "./dom.js";
import { candidates, demandOf, matching, readValue, words } from "./commands.js";
import { roleDot } from "./select.js";
import { say } from "./words.js";

const AUTOCOMPLETE_WAIT_MS = 250; // a query for each pause in typing, not for each key

export class OptionField {
  constructor(option, form) {
    Object.assign(this, { option, form, chosen: null, error: null, asked: 0 });
    this.candidates = candidates(option, form.store);
    const shown = words(option, "name");
    this.input = el("input", {
      autocomplete: "off", spellcheck: "false", "aria-label": `${shown}: ${words(option, "description")}`, "aria-required": String(Boolean(option.required)),
      dataset: { option: option.name }, onfocus: () => this.#offer(!this.chosen), onblur: () => this.#blur(),
      oninput: () => this.#typed(), onkeydown: (event) => this.#key(event),
    });
    this.root = el("label", { class: "command-option" }, el("span", { class: "option-name" }, shown), el("span", { class: "option-value" }, this.input));
    this.#fit();
  }

  /** {value} (undefined when nothing was given) or {error}. */
  read() {
    return readValue(this.option, this.input.value, this.chosen, this.candidates);
  }

  get empty() {
    return !this.input.value;
  }

  mark(error) {
    this.error = error;
    this.root.classList.toggle("bad", Boolean(error));
    this.input.setAttribute("aria-invalid", String(Boolean(error)));
  }

  #typed() {
    this.chosen = null;
    this.mark(null);
    this.#fit();
    this.#offer(true);
  }

  #offer(open) {
    const { panel } = this.form;
    panel.title(words(this.option, "name"), words(this.option, "description"), { kind: demandOf(this.option) });
    panel.list.attach(this.input);
    panel.list.choose = (entry) => this.#take(entry);
    if (!open) panel.list.hide();
    else if (this.option.autocomplete) this.#ask();
    else if (this.candidates) {
      const entries = matching(this.candidates, this.input.value.replace(/^[@#]/, ""));
      panel.list.show(entries.map((entry) => ({ ...entry, lead: leadOf(entry) })), { note: say("autocomplete.empty") });
    } else panel.list.hide();
  }

  #ask() {
    const asked = (this.asked += 1);
    const { panel } = this.form;
    panel.list.show([], { note: say("autocomplete.wait") });
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const outcome = await this.form.complete(this.form.leaf.path, this.form.soFar(this), this.option.name);
      if (asked !== this.asked || document.activeElement !== this.input) return; // a later key, or another field
      const entries = (outcome.choices ?? []).map((choice) => ({ label: words(choice, "name"), value: choice.value }));
      panel.list.show(entries, { note: say(outcome.ok ? "autocomplete.empty" : "autocomplete.failed") });
    }, AUTOCOMPLETE_WAIT_MS);
  }

  #take(entry) {
    this.chosen = entry;
    this.asked += 1;
    this.input.value = entry.label;
    this.mark(null);
    this.#fit();
    this.form.panel.list.hide();
    this.form.next(this);
  }

  #blur() {
    this.asked += 1;
    if (!this.input.value && !this.option.required) return;
    this.mark(this.read().error ?? null);
  }

  #key(event) {
    if (event.key === "Backspace" && !this.input.value) {
      event.preventDefault();
      if (!this.option.required) this.form.remove(this);
      else if (this.form.fields[0] === this) this.form.leave();
    } else this.form.key(event);
  }

  /** As wide as its text, within what the box can hold. */
  #fit() {
    const length = [...this.input.value].reduce((sum, character) => sum + (character.charCodeAt(0) > 0x2e7f ? 2 : 1), 0);
    this.input.style.width = `${Math.max(4, Math.min(60, length + 2))}ch`;
  }
}

const leadOf = ({ user, role, channel }) => (user && avatar(user, "tiny")) || (role && roleDot(role)) || (channel && icon(markOf(channel))) || null;
