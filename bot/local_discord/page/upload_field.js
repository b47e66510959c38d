// A field that takes files: chosen, dropped or pasted. Each file is uploaded at once and stands for its upload's id; what
// could not be uploaded says so and is not counted. It serves modals and commands' attachment options alike.

import { el, fill, icon } from "./dom.js";
import { size } from "./attachments.js";
import { say } from "./words.js";

export class UploadField {
  /** `upload(file)` gives {id, filename, size}; `changed()` is told of every change; `compact` draws it in one line. */
  constructor({ id, most = 1, compact = false, label, upload, changed = () => {} }) {
    Object.assign(this, { most, compact, upload, changed, files: [], waiting: 0 });
    this.picker = el("input", { type: "file", class: "file-picker", multiple: most > 1, tabindex: "-1", "aria-hidden": "true", onchange: () => this.#picked() });
    this.button = el("button", { type: "button", id, class: compact ? "upload-choose" : "button secondary", "aria-label": label ?? null, onclick: () => this.picker.click() });
    this.list = el("ul", { class: "upload-list" });
    this.error = el("p", { class: "field-error", role: "alert" });
    this.root = el("div", {
      class: compact ? "upload compact" : "upload", ondragover: (event) => this.#over(event), ondragleave: () => this.root.classList.remove("over"), ondrop: (event) => this.#drop(event),
      onpaste: (event) => this.#pasted(event),
    }, this.list, el("div", { class: "upload-ask" }, this.button, compact ? null : el("span", { class: "upload-hint" }, say("file.drop"))), this.picker, this.error);
    this.#draw();
  }

  /** The ids of what was uploaded. */
  values() {
    return this.files.map((file) => file.id);
  }

  /** Take files from outside, e.g. those dropped on the whole message box. */
  async add(files) {
    this.error.textContent = "";
    for (const file of [...files]) {
      if (this.files.length + this.waiting >= this.most) {
        if (this.most > 1) {
          this.error.textContent = say("file.most", this.most);
          break;
        }
        this.files = []; // another file in place of the one
      }
      await this.#send(file);
    }
  }

  async #send(file) {
    this.waiting += 1;
    this.#draw();
    try {
      this.files.push(await this.upload(file));
    } catch (error) {
      this.error.textContent = say("file.failed", file.name, error.message);
    }
    this.waiting -= 1;
    this.#draw();
    this.changed();
  }

  #draw() {
    fill(this.list, this.files.map((file) => el("li", {}, icon("file"), el("span", { class: "file-name" }, file.filename), el("span", { class: "file-size" }, size(file.size)),
      el("button", { type: "button", class: "icon-button", "aria-label": say("action.remove", file.filename), onclick: () => this.#remove(file) }, icon("close")))));
    const words = this.compact ? say("option.attach") : this.most > 1 ? say("file.choose.many", this.most) : say("file.choose");
    fill(this.button, this.waiting ? say("file.uploading") : words);
    this.button.parentNode.hidden = this.files.length >= this.most;
  }

  #remove(file) {
    this.files = this.files.filter((other) => other !== file);
    this.#draw();
    this.changed();
    this.button.focus();
  }

  #picked() {
    const files = [...this.picker.files];
    this.picker.value = "";
    this.add(files);
  }

  #over(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    this.root.classList.add("over");
  }

  #drop(event) {
    this.root.classList.remove("over");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    this.add(event.dataTransfer.files);
  }

  #pasted(event) {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    this.add(event.clipboardData.files);
  }
}
