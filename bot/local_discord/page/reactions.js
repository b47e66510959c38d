// The reactions under a message: a button for each emoji, pressed when one's own is among them, and one more that adds
// another. Buttons stay the same nodes while counts change, so a focus is never lost. Who reacted is read when
// somebody points at a button; the request itself is the caller's.

import { displayName, el, fill, icon } from "./dom.js";
import { emoji, emojiKey, emojiName } from "./emoji.js";
import { say } from "./words.js";

const NAMES_SHOWN = 3;

export class ReactionBar {
  /** `toggle(key, on)` sends; `who(key)` gives users; `add(event)` opens the picker. */
  constructor({ toggle, who, add }) {
    Object.assign(this, { toggle, who, chips: new Map() });
    this.more = el("button", { type: "button", class: "reaction add", "aria-label": say("reaction.add"), title: say("reaction.add"), onclick: add }, icon("smile"));
    this.root = el("div", { class: "reactions", role: "group", "aria-label": say("reactions") });
  }

  update(reactions = []) {
    const wanted = new Set(reactions.map((reaction) => emojiKey(reaction.emoji)));
    for (const [key, chip] of this.chips) {
      if (wanted.has(key)) continue;
      chip.root.remove();
      this.chips.delete(key);
    }
    for (const reaction of reactions) this.#chip(reaction);
    if (!reactions.length) this.more.remove();
    else if (this.root.lastChild !== this.more) this.root.append(this.more);
  }

  #chip(reaction) {
    const key = emojiKey(reaction.emoji);
    const chip = this.chips.get(key) ?? this.#made(key, reaction.emoji);
    chip.on = Boolean(reaction.me);
    chip.root.setAttribute("aria-pressed", String(chip.on));
    const name = reaction.emoji.id ? `:${reaction.emoji.name}:` : emojiName(reaction.emoji.name);
    chip.root.setAttribute("aria-label", say(chip.on ? "reaction.count.mine" : "reaction.count", name, reaction.count));
    if (chip.count.textContent !== String(reaction.count)) {
      chip.count.textContent = String(reaction.count);
      chip.root.title = "";
      if (chip.root.matches(":hover, :focus")) chip.point();
    }
  }

  #made(key, shown) {
    const chip = { count: el("span", { class: "reaction-count" }), on: false };
    const point = (chip.point = () => this.#name(chip, key, shown));
    chip.root = el("button", {
      type: "button", class: "reaction", dataset: { emoji: key }, onclick: () => this.toggle(key, !chip.on), onmouseenter: point, onfocus: point,
    }, emoji(shown), chip.count);
    this.chips.set(key, chip);
    if (this.more.parentNode) this.more.before(chip.root);
    else this.root.append(chip.root);
    return chip;
  }

  async #name(chip, key, shown) {
    if (chip.root.title) return;
    const users = await this.who(key).catch(() => []); // only a hint is missing then
    if (users.length) chip.root.title = say("reaction.by", named(users), shown.id ? `:${shown.name}:` : shown.name);
  }
}

/** A panel of who reacted, one part for each emoji; `names` shows a user as one is called here. */
export async function fillReactors(panel, reactions, who, names) {
  fill(panel, el("p", { class: "note" }, say("message.loading")));
  const parts = await Promise.all(reactions.map(async (reaction) => [reaction, await who(emojiKey(reaction.emoji))]));
  fill(panel, parts.map(([reaction, users]) => el("section", { class: "reactors" },
    el("h3", {}, emoji(reaction.emoji), ` ${reaction.count}`),
    el("ul", {}, users.map((user) => el("li", {}, displayName(names.user(user.id) ?? user)))))));
}

function named(users) {
  const first = users.slice(0, NAMES_SHOWN).map(displayName).join(", ");
  return users.length > NAMES_SHOWN ? say("reaction.more", first, users.length - NAMES_SHOWN) : first;
}
