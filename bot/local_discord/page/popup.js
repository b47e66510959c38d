// Small menus of the page's own that open at a button, and the placing of anything that floats at one. Worked with
// arrow keys; any other press closes them.

import { el, icon } from "./dom.js";

/** Open a menu at `opener`; `items` are {label, name, action, danger}, null draws a line. */
export function openItems(opener, label, items) {
  const menu = el("div", { class: "message-menu", role: "menu", "aria-label": label, popover: "auto" });
  menu.append(...items.filter((item) => item !== false).map((item) => (item === null ? el("hr") : el("button", {
    type: "button", class: `menu-item ${item.danger ? "danger" : ""}`, role: "menuitem", onclick: () => {
      menu.hidePopover();
      item.action();
    },
  }, el("span", {}, item.label), item.name && icon(item.name)))));
  menu.addEventListener("keydown", (event) => walk(menu, event));
  menu.addEventListener("toggle", ({ newState }) => {
    if (newState !== "closed") return;
    menu.remove();
    if (!document.querySelector("dialog[open]")) opener.focus({ preventScroll: true });
  });
  document.body.append(menu);
  menu.showPopover();
  placeAt(menu, opener);
  menu.querySelector(".menu-item")?.focus();
}

/** Put a floating box under its opener, inside the window. */
export function placeAt(box, opener, { beside = false } = {}) {
  const from = opener.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const x = beside ? (from.left > window.innerWidth / 2 ? from.left - width - 8 : from.right + 8) : from.right - width;
  const y = beside ? from.top : from.bottom + 4;
  box.style.left = `${Math.max(8, Math.min(x, window.innerWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, Math.min(y, window.innerHeight - height - 8))}px`;
}

function walk(menu, event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  const items = [...menu.querySelectorAll(".menu-item")];
  items[(items.indexOf(document.activeElement) + by + items.length) % items.length].focus();
  event.preventDefault();
}
