// A slash command being filled in: its name and one small field per option, as Discord shows it inside the
// message box. It collects and checks values; the list of suggestions belongs to the message box and is lent
// to whichever field has the focus. Sending is the message box's.

import { el } from "./dom.js";
import { kindOf, matching, words } from "./commands.js";
import { OptionField } from "./option_field.js";
import { OptionFile } from "./option_file.js";
import { say } from "./words.js";

const FILE = 11;

export class CommandForm {
  /**
   * `panel` is {list, title(text, detail, {bad, kind}), away()}; `upload(file)` hands a file in; `complete(path, values, focused)` gives an outcome with
   * choices; `send()` and `leave()` are called when the person asks for them.
   */
  constructor(leaf, { store, panel, upload, complete, send, leave }) {
    Object.assign(this, { leaf, store, panel, upload, complete, send, leave });
    this.fields = [];
    this.name = el("span", { class: "command-name" }, `/${leaf.shown}`);
    this.more = el("input", {
      class: "command-more", size: "8", "aria-label": say("command.optional"), autocomplete: "off",
      onfocus: () => this.#offerMore(), oninput: () => this.#offerMore(), onkeydown: (event) => this.#moreKey(event),
    });
    this.root = el("div", { class: "command-form", role: "group", "aria-label": `/${leaf.shown}`, onclick: (event) => this.#click(event),
      onfocusout: ({ relatedTarget }) => this.root.contains(relatedTarget) || this.panel.away() },
      this.name, this.more);
    leaf.options.filter((option) => option.required).forEach((option) => this.#add(option));
    this.#countMore();
  }

  focus() {
    (this.fields[0]?.input ?? this.more).focus();
  }

  /** {values} when everything is in order, else {}; what is wrong is shown at its field, the first gets the focus. */
  read() {
    const values = {};
    let wrong = null;
    for (const field of this.fields) {
      const { value, error } = field.read();
      field.mark(error ?? null);
      if (error) wrong ??= field;
      else if (value !== undefined) values[field.option.name] = value;
    }
    if (!wrong) return { values };
    this.#complain(wrong);
    return {};
  }

  /** Show the server's objections, keyed "options.NAME". */
  refuse(errors) {
    let first = null;
    for (const [path, sentence] of Object.entries(errors)) {
      const name = path.replace(/^options\./, "").split(".")[0];
      const field = this.fields.find(({ option }) => option.name === name);
      field?.mark(String(sentence));
      first ??= field;
    }
    if (first) this.#complain(first);
    else this.panel.title(say("option.bad.server"), Object.values(errors)[0] ?? "", { bad: true });
  }

  #complain(field) {
    field.input.focus();
    this.panel.list.hide();
    this.panel.title(words(field.option, "name"), field.error, { bad: true });
  }

  #add(option) {
    const field = option.type === FILE ? new OptionFile(option, this) : new OptionField(option, this);
    this.fields.push(field);
    this.more.before(field.root);
    this.#countMore();
    return field;
  }

  remove(field) {
    this.fields = this.fields.filter((other) => other !== field);
    field.root.remove();
    this.#countMore();
    (this.fields[this.fields.length - 1]?.input ?? this.more).focus();
  }

  /** Take files for the options that are files. */
  attach(files) {
    const place = () => this.fields.find((field) => field.attach && field.empty)
      ?? this.#left().filter(({ type }) => type === FILE).map((option) => this.#add(option))[0];
    for (const file of files) place()?.attach([file]);
  }

  /** The values so far, for an autocomplete query. */
  soFar(focused) {
    const values = {};
    for (const field of this.fields) {
      const { value } = field.read();
      if (value !== undefined) values[field.option.name] = value;
    }
    return { ...values, [focused.option.name]: focused.input.value };
  }

  #left() {
    const used = new Set(this.fields.map(({ option }) => option.name));
    return this.leaf.options.filter(({ name }) => !used.has(name));
  }

  #countMore() {
    const left = this.#left().length;
    this.more.placeholder = left ? say("command.more", left) : "";
    this.more.size = Math.max(2, this.more.placeholder.length);
    this.more.classList.toggle("none", !left);
  }

  #offerMore() {
    const left = this.#left().map((option) => ({
      label: words(option, "name"), hint: words(option, "name") === option.name ? null : option.name, description: words(option, "description"), group: say("command.optional"), option, lead: el("span", { class: "option-kind" }, kindOf(option)),
    }));
    this.panel.list.attach(this.more);
    this.panel.list.choose = ({ option }) => {
      this.more.value = "";
      this.#add(option).input.focus();
    };
    const typed = this.more.value.replace(/:$/, "");
    // Nothing typed yet: no entry is active, so that Enter sends the command.
    if (left.length) this.panel.list.show(matching(left, typed), { active: typed ? 0 : -1, note: say("autocomplete.empty") });
    else this.panel.list.hide();
    this.panel.title(`/${this.leaf.shown}`, this.leaf.description);
  }

  #moreKey(event) {
    if (event.key === "Backspace" && !this.more.value) {
      event.preventDefault();
      const last = this.fields[this.fields.length - 1];
      if (last) last.input.focus();
      else this.leave();
    } else this.key(event);
  }

  /** Keys that mean the same in every field. */
  key(event) {
    const { list } = this.panel;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!list.visible) return;
      list.move(event.key === "ArrowDown" || list.active < 0 ? 1 : -1);
    } else if (event.key === "Enter" && !event.shiftKey) {
      if (!list.chooseActive()) this.send();
    } else if (event.key === "Tab" && !event.shiftKey && list.current) list.chooseActive();
    else if (event.key === "Escape") {
      if (list.visible) list.hide();
      else this.leave();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** After a choice: on to the next required field that is empty, else behind them all, where Enter sends. */
  next(field) {
    const empty = this.fields.find((other) => other !== field && other.option.required && other.empty);
    (empty?.input ?? this.more).focus();
  }

  #click(event) {
    if (event.target === this.root || event.target === this.name) this.more.focus();
  }
}
