// The keyboard: what works anywhere on the page, and the list that "?" shows of all of it.

import { el, icon } from "./dom.js";
import { show } from "./dialog.js";
import { stops } from "./settle.js";
import { say } from "./words.js";

const TYPING = "input, textarea, select, [contenteditable]";
const BUSY = `${TYPING}, dialog, [popover], .select, .wire`;

const KEYS = [
  ["keys.find", ["Ctrl", "K"]], ["keys.channel", ["Alt", "↑ ↓"]], ["keys.unread", ["Alt", "Shift", "↑ ↓"]], ["keys.server", ["Ctrl", "Alt", "↑ ↓"]],
  ["keys.messages", ["↑ ↓"]], ["keys.menu", ["Tab", "↵"]], ["keys.command", ["/"]], ["keys.newline", ["Shift", "↵"]], ["keys.modal", ["Ctrl", "↵"]],
  ["keys.regions", ["F6"]], ["keys.wire", ["Ctrl", "`"]], ["keys.escape", ["Esc"]], ["keys.help", ["?"]],
];

/** `page` is the Page of app.js. */
export function listenToKeys(page) {
  const first = (event) => {
    if (event.isComposing || !(event.altKey || event.ctrlKey || event.metaKey) || !shortcut(page, event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const last = (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (shortcut(page, event)) event.preventDefault();
    else type(page, event);
  };
  document.addEventListener("keydown", first, true); // before a field can take Alt and an arrow for its own
  document.addEventListener("keydown", last);
}

export function openKeyHelp() {
  const close = () => dialog.close();
  const rows = KEYS.map(([words, keys]) => el("tr", {}, el("th", { scope: "row" }, say(words)), el("td", {}, keys.map((key) => el("kbd", {}, key)))));
  const dialog = el("dialog", { class: "modal keys", "aria-labelledby": "keys-title", onclick: (event) => event.target === dialog && close() },
    el("form", { method: "dialog" }, el("header", {}, el("h2", { id: "keys-title" }, say("keys.title")),
      el("button", { type: "button", class: "icon-button", "aria-label": say("action.close"), onclick: close }, icon("close"))),
    el("div", { class: "dialog-body", tabindex: "0" }, el("table", {}, el("tbody", {}, rows))),
    el("footer", {}, el("button", { type: "submit", class: "button primary" }, el("span", { class: "label" }, say("action.close"))))));
  show(dialog);
}

function shortcut(page, event) {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const command = ctrlKey || metaKey;
  const by = { ArrowDown: 1, ArrowUp: -1 }[key];
  const dialog = document.querySelector("dialog[open]");
  if (command && !altKey && key.toLowerCase() === "k" && !dialog) return page.find(), true;
  if (command && (key === "`" || event.code === "Backquote") && !dialog) return page.wire.toggle(), true;
  if (dialog) return false;
  if (by && altKey && command) return step(page, [null, ...page.store.guilds.keys()], page.store.guild?.id ?? null, by, (id) => page.enter(id));
  if (by && altKey) return stepChannel(page, by, shiftKey);
  if (key === "F6") return region(page, shiftKey ? -1 : 1);
  if (key === "?" && !event.target.closest?.(TYPING)) return openKeyHelp(), true;
  return key === "Escape" && close(page, event);
}

function stepChannel(page, by, unreadOnly) {
  const { store } = page;
  const ids = stops(store, store.guild?.id ?? null).map(({ id }) => id).filter((id) => !unreadOnly || id === store.selected || store.isUnread(id));
  return step(page, ids, store.selected, by, (id) => page.go(id));
}

function step(page, list, present, by, go) {
  if (list.length) go(list[(list.indexOf(present) + by + list.length) % list.length]);
  return true;
}

/** Close what lies on top: the drawer of channels, the members on a narrow screen, then the thread. */
function close(page, event) {
  if (document.querySelector("[popover]:popover-open")) return false;
  if (page.sidebar.open) return page.sidebar.toggle(false), true;
  if (page.wire.contains(event.target)) return page.wire.toggle(false), true;
  if (page.pane.root.contains(event.target) && page.store.place.thread) return page.closeThread(), true;
  return false;
}

/** From one part of the page to the next. */
function region(page, by) {
  const places = [page.rail.list, page.sidebar.list, page.centre, page.pane.root, page.members.root, page.wire.root].filter((node) => node.getClientRects().length);
  const at = places.findIndex((node) => node.contains(document.activeElement));
  const next = places[(at + by + places.length) % places.length];
  const target = next.querySelector(".here a, a.here, .message-box, .wire-search") ?? next.querySelector("a, button, input, textarea, [tabindex='0']");
  target?.focus();
  return true;
}

/** Typing anywhere is typing into the message box, as in Discord. */
function type(page, event) {
  const plain = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (plain && !document.activeElement?.closest(BUSY)) page.conversation().focus();
}
