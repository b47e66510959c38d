// Mentions as one sees them while writing ("@Ana", "#class") and as they are sent ("<@1100…>", "<#1100…>"). Only what was
// taken from the list, or names an account exactly, becomes a mention; code is left alone.

import { displayName } from "./dom.js";

const CODE = /(```[^]*?```|`[^`\n]*`)/;
const TAG = /<(@[!&]?|#)(\d{15,20})>/g;

export class Mentions {
  constructor(store) {
    this.store = store;
    this.picked = new Map(); // "@Ana" -> "<@1100…>"
  }

  /** Remember that `shown` stands for `tag` from now on; gives what to write into the box. */
  pick(shown, tag) {
    this.picked.set(shown, tag);
    return shown;
  }

  clear() {
    this.picked.clear();
  }

  /** What is sent for what was written. */
  asSent(text) {
    if (!/[@#]/.test(text)) return text;
    const known = new Map(this.picked);
    for (const user of this.store.everybody()) if (!known.has(`@${user.username}`)) known.set(`@${user.username}`, `<@${user.id}>`);
    const names = [...known.keys()].sort((a, b) => b.length - a.length).map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    if (!names.length) return text;
    const pattern = new RegExp(`(?<![\\w<])(?:${names.join("|")})(?![\\w])`, "gu");
    return text.split(CODE).map((part, at) => (at % 2 ? part : part.replace(pattern, (name) => known.get(name)))).join("");
  }

  /** What is shown for what was sent; the names are remembered, so that it goes back the same way. */
  asShown(text) {
    return text.split(CODE).map((part, at) => (at % 2 ? part : part.replace(TAG, (tag, kind, id) => this.#name(tag, kind, id)))).join("");
  }

  #name(tag, kind, id) {
    const { store } = this;
    const found = kind === "#" ? store.channels.get(id)?.name : kind === "@&" ? store.roles.get(id)?.name : store.user(id) && displayName(store.user(id));
    const shown = found && `${kind[0]}${found.replace(/^@/, "")}`;
    if (!shown || (this.picked.has(shown) && this.picked.get(shown) !== tag)) return tag; // unknown, or two of one name
    return this.pick(shown, tag.replace("@!", "@"));
  }
}
