// The files that go out with the next message: each with a preview, its size, a mark for spoilers, and a button that takes
// it off again. Nothing is uploaded before the message is sent.

import { el, fill, icon } from "./dom.js";
import { size } from "./attachments.js";
import { isPicture } from "./media.js";
import { say } from "./words.js";

const MOST = 10;
const MOST_PREVIEW = 8 * 1024 * 1024;

export class UploadTray {
  /** `changed()` is told when files come or go; `refuse(words)` says why one was not taken; `picked(files)` is told of those chosen. */
  constructor({ changed, refuse, picked }) {
    Object.assign(this, { changed, refuse, entries: [] });
    this.picker = el("input", { type: "file", multiple: true, class: "file-picker", tabindex: "-1", "aria-hidden": "true", onchange: () => {
      const files = [...this.picker.files];
      this.picker.value = ""; // so that the same file can be chosen again
      picked(files);
    } });
    this.root = el("ul", { class: "upload-tray" });
    this.#draw();
  }

  get empty() {
    return !this.entries.length;
  }

  choose() {
    this.picker.click();
  }

  /** The files to send; those that are spoilers bear Discord's prefix. */
  files() {
    return this.entries.map(({ file, spoiler }) => (spoiler && !file.name.startsWith("SPOILER_") ? new File([file], `SPOILER_${file.name}`, { type: file.type }) : file));
  }

  add(files) {
    for (const file of files) {
      if (this.entries.length >= MOST) {
        this.refuse(say("attach.many", MOST));
        break;
      }
      this.entries.push({ file, spoiler: false, preview: this.#preview(file) });
    }
    this.#draw();
  }

  /** Take all files out, e.g. to send them; `restore` puts them back. */
  take() {
    const taken = this.entries;
    this.entries = [];
    this.#draw();
    return taken;
  }

  restore(entries) {
    this.entries = [...entries, ...this.entries].slice(0, MOST);
    this.#draw();
  }

  #draw() {
    this.root.hidden = this.empty;
    this.root.setAttribute("aria-label", say("attach.label"));
    fill(this.root, this.entries.map((entry) => this.#card(entry)));
    this.changed();
  }

  #card(entry) {
    const { file } = entry;
    const button = (name, label, action, pressed = null) => el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, "aria-pressed": pressed, onclick: action }, icon(name));
    return el("li", { class: `upload-card ${entry.spoiler ? "spoilered" : ""}` }, entry.preview,
      el("div", { class: "upload-tools" },
        button("eye", say("attach.spoiler", file.name), () => {
          entry.spoiler = !entry.spoiler;
          this.#draw();
        }, String(entry.spoiler)),
        button("trash", say("action.remove", file.name), () => {
          this.entries = this.entries.filter((other) => other !== entry);
          this.#draw();
        })),
      el("span", { class: "file-name", title: file.name }, file.name), el("span", { class: "file-size" }, size(file.size)));
  }

  #preview(file) {
    const box = el("div", { class: "upload-preview" }, icon("file"));
    if (!isPicture({ content_type: file.type, filename: file.name }) || file.size > MOST_PREVIEW) return box;
    const reader = new FileReader();
    reader.addEventListener("load", () => fill(box, el("img", { src: reader.result, alt: "" })));
    reader.readAsDataURL(file);
    return box;
  }
}
