// A menu that opens where it was asked for, by mouse, keyboard or a long press: worked with arrow keys, closed by anything
// else, and the focus goes back to where it came from. What stands in it is message_menu.js's and user_menu.js's.

import { el, icon } from "./dom.js";

const LONG_PRESS_MS = 500;
const LONG_PRESS_PX = 10;

/** Entries are nodes, or {label, action, name, danger, nested}; null and false are left out, "-" is a line. */
export function openMenu(entries, event, { label, root = null }) {
  document.querySelector(".message-menu")?.hidePopover();
  const opener = event.target.closest?.("button, [tabindex]") ?? null;
  // The finger that pressed long is lifted outside the menu, which would close an "auto" one at once.
  const touched = event.pointerType === "touch";
  const menu = el("div", { class: "message-menu", role: "menu", "aria-label": label, popover: touched ? "manual" : "auto" });
  menu.append(...entries.filter(Boolean).map((entry) => node(entry, menu)));
  menu.addEventListener("keydown", (press) => walk(menu, press));
  menu.addEventListener("contextmenu", (press) => press.preventDefault());
  menu.addEventListener("toggle", ({ newState }) => {
    root?.classList.toggle("menu-open", newState === "open");
    if (newState !== "closed") return;
    menu.remove();
    if (opener?.isConnected && (document.activeElement === document.body || !document.activeElement)) opener.focus({ preventScroll: true });
  });
  document.body.append(menu);
  menu.showPopover();
  if (touched) closeOnTouchOutside(menu);
  place(menu, event, event.target.closest?.("button"));
  menu.querySelector(".menu-item")?.focus({ preventScroll: true });
}

/** A heading with the entries below it; `none` stands there when there are none. */
export function group(title, name, entries, none = null) {
  return { group: title, name, entries, none };
}

export function copy(text) {
  navigator.clipboard?.writeText(text).catch(() => {}); // the browser may refuse; there is nothing to lose
}

/** Let a long press of a finger open a menu, for browsers that make no "contextmenu" of it. */
export function longPress(list, open) {
  let timer = null;
  let from = null;
  const end = () => clearTimeout(timer);
  list.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    from = event;
    timer = setTimeout(() => open(event), LONG_PRESS_MS);
  });
  list.addEventListener("pointermove", (event) => {
    if (from && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > LONG_PRESS_PX) end();
  });
  for (const name of ["pointerup", "pointercancel", "contextmenu"]) list.addEventListener(name, end);
}

function node(entry, menu) {
  if (entry === "-") return el("hr", { role: "separator" });
  if (entry instanceof Node) return entry;
  if (entry.group) {
    return el("div", { class: "menu-group", role: "group", "aria-label": entry.group },
      el("div", { class: "menu-heading" }, icon(entry.name), entry.group), entry.entries.map((inner) => node({ ...inner, nested: true }, menu)),
      entry.entries.length ? null : el("div", { class: "menu-none" }, entry.none));
  }
  const { label, action, name, danger, nested } = entry;
  return el("button", {
    type: "button", class: `menu-item ${danger ? "danger" : ""} ${nested ? "nested" : ""}`, role: "menuitem", tabindex: "-1", onclick: () => {
      menu.hidePopover();
      action();
    },
  }, el("span", {}, label), name && icon(name));
}

function place(menu, event, opener) {
  const box = menu.getBoundingClientRect();
  const from = (event.clientX || event.clientY ? opener : opener ?? event.target)?.getBoundingClientRect?.();
  const x = from ? (opener ? from.right - box.width : from.left + 72) : event.clientX;
  const y = from ? (opener ? from.bottom + 4 : from.top + 24) : event.clientY;
  menu.style.left = `${Math.max(8, Math.min(x, window.innerWidth - box.width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, window.innerHeight - box.height - 8))}px`;
}

function closeOnTouchOutside(menu) {
  const touch = (event) => {
    if (menu.contains(event.target)) return;
    document.removeEventListener("pointerdown", touch, true);
    if (menu.isConnected) menu.hidePopover();
  };
  document.addEventListener("pointerdown", touch, true);
}

function walk(menu, event) {
  const items = [...menu.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Tab" || event.key === "Escape") menu.hidePopover();
  if (to === undefined) {
    const typed = event.key.length === 1 && items.find((item) => item.textContent.toLowerCase().startsWith(event.key.toLowerCase()));
    if (typed) typed.focus();
    if (event.key !== "Escape") event.stopPropagation();
    return;
  }
  items[(to + items.length) % items.length].focus();
  event.preventDefault();
  event.stopPropagation();
}
