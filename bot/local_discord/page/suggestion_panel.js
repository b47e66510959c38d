// The panel above the message box: a heading that says what is asked for or what is wrong, and a list to choose from. The
// message box and the form of a command take turns with it.

import { el, fill } from "./dom.js";
import { ListBox } from "./listbox.js";
import { say } from "./words.js";

export class SuggestionPanel {
  constructor() {
    this.list = new ListBox({ label: say("command.group"), choose: () => {} });
    this.heading = el("div", { class: "panel-title", "aria-live": "polite" });
    this.root = el("div", { class: "suggestions" }, this.heading, this.list.root);
    this.hint(null);
  }

  /** Say {title, detail, kind, bad}; null puts the panel away. */
  hint(hint) {
    if (!hint) this.list.hide();
    this.root.classList.toggle("bad", Boolean(hint?.bad));
    fill(this.heading, hint && el("b", {}, hint.title), hint?.kind && el("i", {}, hint.kind), hint?.detail && el("span", {}, hint.detail));
    this.root.hidden = !hint;
  }

  /** Offer what composer_suggest.js found for `field`; `choose(entry)` is told. */
  offer(found, field, choose) {
    this.list.attach(field);
    this.list.choose = choose;
    this.list.show(found.entries, { note: found.note });
    this.hint(found);
  }
}
