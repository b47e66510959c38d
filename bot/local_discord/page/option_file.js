// An option of a command that takes a file: chosen, dropped or pasted, and uploaded at once, as Discord does. It answers
// to the same names as OptionField, so that the form treats both alike.

import { demandOf, words } from "./commands.js";
import { el } from "./dom.js";
import { UploadField } from "./upload_field.js";
import { say } from "./words.js";

export class OptionFile {
  constructor(option, form) {
    Object.assign(this, { option, form, error: null });
    const shown = words(option, "name");
    this.field = new UploadField({
      compact: true, label: `${shown}: ${say("option.attach")}`, upload: form.upload, changed: () => {
        this.mark(null);
        if (!this.empty) form.next(this);
      },
    });
    this.input = this.field.button;
    this.input.dataset.option = option.name;
    this.input.addEventListener("focus", () => {
      form.panel.list.hide();
      form.panel.title(shown, words(option, "description"), { kind: demandOf(option) });
    });
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.root = el("div", { class: "command-option file-option" }, el("span", { class: "option-name" }, shown), el("span", { class: "option-value" }, this.field.root));
  }

  get empty() {
    return !this.field.values().length;
  }

  attach(files) {
    this.field.add(files);
  }

  /** {value} (undefined when nothing was given) or {error}. */
  read() {
    if (this.field.waiting) return { error: say("file.uploading") };
    if (!this.empty) return { value: this.field.values()[0] };
    return this.option.required ? { error: say("option.bad.file") } : { value: undefined };
  }

  mark(error) {
    this.error = error;
    this.root.classList.toggle("bad", Boolean(error));
    this.input.setAttribute("aria-invalid", String(Boolean(error)));
  }

  #key(event) {
    if (event.key === "Backspace" && this.empty) {
      event.preventDefault();
      if (!this.option.required) this.form.remove(this);
      else if (this.form.fields[0] === this) this.form.leave();
    } else if (event.key === "Escape") this.form.key(event);
  }
}
