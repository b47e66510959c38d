// The menu of a message ("⋯" or a right click): the bot's message commands under "Apps", and what one can do
// with the words themselves. It opens where it was asked for, is worked with arrow keys, and closes on anything else.

import { el, icon } from "./dom.js";
import { messageMenus, words } from "./commands.js";
import { say } from "./words.js";

/** Open the menu at the place of `event`; `run(command, message)` starts a message command. */
export function openMenu(message, event, { store, run, remove, root }) {
  document.querySelector(".message-menu")?.hidePopover();
  const opener = event.target.closest?.("button") ?? null;
  const menu = el("div", { class: "message-menu", role: "menu", "aria-label": say("menu.more"), popover: "auto" });
  const item = (label, action, { name = null, extra = "" } = {}) => el("button", {
    type: "button", class: `menu-item ${extra}`, role: "menuitem", onclick: () => {
      menu.hidePopover();
      action();
    },
  }, el("span", {}, label), name && icon(name));
  const commands = messageMenus(store.commands);
  const mine = message.author.id === store.me.id || message.flags & 64;
  menu.append(
    el("div", { class: "menu-group", role: "group", "aria-label": say("menu.apps") },
      el("div", { class: "menu-heading" }, icon("app"), say("menu.apps")),
      commands.map((command) => item(words(command, "name"), () => run(command, message), { extra: "nested" })),
      commands.length ? null : el("div", { class: "menu-none" }, say("menu.none"))),
    el("hr"),
    item(say("menu.copy"), () => copy(message.content), { name: "copy" }),
    item(say("menu.link"), () => copy(message.id), { name: "copy" }),
    ...(mine ? [el("hr"), item(message.flags & 64 ? say("action.dismiss") : say("menu.delete"), () => remove(message), { extra: "danger" })] : []),
  );
  menu.addEventListener("keydown", (press) => walk(menu, press));
  menu.addEventListener("toggle", ({ newState }) => {
    root.classList.toggle("menu-open", newState === "open");
    if (newState !== "closed") return;
    menu.remove();
    opener?.focus({ preventScroll: true });
  });
  document.body.append(menu);
  menu.showPopover();
  place(menu, event, opener);
  menu.querySelector(".menu-item").focus();
}

function place(menu, event, opener) {
  const box = menu.getBoundingClientRect();
  const from = opener?.getBoundingClientRect();
  const x = from ? from.right - box.width : event.clientX;
  const y = from ? from.bottom + 4 : event.clientY;
  menu.style.left = `${Math.max(8, Math.min(x, window.innerWidth - box.width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, window.innerHeight - box.height - 8))}px`;
}

function walk(menu, event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  const items = [...menu.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  items[(at + by + items.length) % items.length].focus();
  event.preventDefault();
}

function copy(text) {
  navigator.clipboard?.writeText(text).catch(() => {}); // the browser may refuse; there is nothing to lose
}
