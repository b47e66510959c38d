// The panel from which an emoji is taken, for reactions and for the message box. It opens beside what asked for it, is
// searched by name, walked with arrow keys, and closes once something is chosen.

import { el, fill } from "./dom.js";
import { findEmoji } from "./emoji.js";
import { say } from "./words.js";

const COLUMNS = 8;
let count = 0;

/** Open it near `anchor`; `choose(character)` is told what was taken. */
export function openEmojiPicker(anchor, choose) {
  document.querySelector(".emoji-picker")?.hidePopover();
  const id = `emoji-grid-${(count += 1)}`;
  const grid = el("div", { class: "emoji-grid", id, role: "group", "aria-label": say("emoji.open") });
  const draw = () => {
    const found = findEmoji(search.value.trim().replaceAll(":", ""));
    fill(grid, found.map(({ name, character }) => el("button", {
      type: "button", class: "emoji-choice", "aria-label": name, title: `:${name}:`, onclick: () => take(character),
    }, character)), found.length ? null : el("p", { class: "note" }, say("emoji.none")));
  };
  const search = el("input", { class: "emoji-search", type: "text", placeholder: say("emoji.find"), "aria-label": say("emoji.find"), "aria-controls": id, autocomplete: "off", oninput: draw });
  const panel = el("div", { class: "emoji-picker", role: "dialog", "aria-label": say("emoji.open"), popover: "auto" }, search, grid);
  const take = (character) => {
    panel.hidePopover();
    choose(character);
  };
  panel.addEventListener("keydown", (event) => walk(event, { search, grid }));
  panel.addEventListener("toggle", ({ newState }) => {
    if (newState !== "closed") return;
    panel.remove();
    if (document.activeElement === document.body) anchor.focus?.({ preventScroll: true });
  });
  (anchor.closest?.("dialog") ?? document.body).append(panel);
  draw();
  panel.showPopover();
  place(panel, anchor);
  search.focus();
}

/** Put a popover beside `anchor`, inside the window. */
export function place(panel, anchor) {
  const [from, box] = [anchor.getBoundingClientRect(), panel.getBoundingClientRect()];
  const above = from.top - box.height - 6;
  panel.style.left = `${Math.max(8, Math.min(from.right - box.width, window.innerWidth - box.width - 8))}px`;
  panel.style.top = `${above >= 8 ? above : Math.max(8, Math.min(from.bottom + 6, window.innerHeight - box.height - 8))}px`;
}

function walk(event, { search, grid }) {
  const choices = [...grid.querySelectorAll("button")];
  const at = choices.indexOf(document.activeElement);
  if (event.target === search) {
    if (event.key === "ArrowDown") choices[0]?.focus();
    else if (event.key === "Enter") choices[0]?.click();
    else return;
  } else {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    if (!by) return;
    (at + by < 0 ? search : choices[Math.min(at + by, choices.length - 1)]).focus();
  }
  event.preventDefault();
  event.stopPropagation();
}
