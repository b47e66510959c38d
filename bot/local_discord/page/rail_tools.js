// The buttons at the foot of the rail: find a channel, the keys, the theme.

import { el, icon } from "./dom.js";
import { openItems } from "./popup.js";
import { setTheme, theme, THEMES } from "./theme.js";
import { say } from "./words.js";

export function railTools({ help, find }) {
  const button = (name, label, action) => el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: (event) => action(event.currentTarget) }, icon(name));
  const themes = (opener) => openItems(opener, say("theme"), THEMES.map((one) => ({
    label: `${say(`theme.${one}`)}${one === theme() ? " ✓" : ""}`, action: () => setTheme(one),
  })));
  return [button("search", say("switcher.open"), find), button("theme", say("theme"), themes), button("keyboard", say("keys.open"), help)];
}
