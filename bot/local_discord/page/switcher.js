// The quick switcher: type a part of a channel's, thread's, person's or server's name and go there.

import { isDirect, isThread, KIND, markOf } from "./channels.js";
import { show } from "./dialog.js";
import { el, icon } from "./dom.js";
import { ListBox } from "./listbox.js";
import { compareIds } from "./snowflakes.js";
import { say } from "./words.js";

const MOST = 12;

export function openSwitcher({ store, go, enter }) {
  const opener = document.activeElement;
  const all = everywhere(store, { go, enter });
  const list = new ListBox({ label: say("switcher.label"), choose: (entry) => {
    dialog.close();
    entry.act();
  } });
  const input = el("input", { class: "switcher-input", type: "text", "aria-label": say("switcher.label"), placeholder: say("switcher.hint"), autocomplete: "off", spellcheck: "false",
    oninput: () => search(), onkeydown: (event) => key(event) });
  const dialog = el("dialog", { class: "switcher", "aria-label": say("switcher.open"), onclick: (event) => event.target === dialog && dialog.close() }, input, list.root);
  list.attach(input);
  const search = () => {
    const query = input.value.trim().toLowerCase().replace(/^[#@]/, "");
    const ranked = all.map((entry) => [rank(entry.label, query), entry]).filter(([at]) => at < 3).sort(([a], [b]) => a - b);
    list.show(ranked.slice(0, MOST).map(([, entry]) => entry), { note: say("switcher.none") });
  };
  const key = (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") list.move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter") list.chooseActive();
    else return;
    event.preventDefault();
  };
  show(dialog, opener);
  search();
  input.focus();
}

/** Everything one can go to: what is unread first, then what was last alive. */
function everywhere(store, { go, enter }) {
  const shown = [...store.channels.values()].filter((channel) => channel.type !== KIND.category && channel.type !== KIND.voice && channel.id !== store.selected);
  shown.sort((a, b) => Number(store.isUnread(b.id)) - Number(store.isUnread(a.id)) || compareIds(b.last_message_id ?? "0", a.last_message_id ?? "0"));
  const places = shown.map((channel) => ({
    label: store.titleOf(channel).replace(/^[#@]/, ""), lead: icon(markOf(channel)), act: () => go(channel.id),
    hint: [isThread(channel) && store.channels.get(channel.parent_id)?.name, isDirect(channel) ? say("home") : store.guilds.get(channel.guild_id)?.name].filter(Boolean).join(" · "),
  }));
  const servers = [...store.guilds.values()].map((guild) => ({ label: guild.name, lead: icon("people"), hint: say("switcher.server"), act: () => enter(guild.id) }));
  return [...places, ...servers];
}

function rank(name, query) {
  const lower = name.toLowerCase();
  if (lower.startsWith(query)) return 0;
  if (lower.split(/[\s_-]+/).some((word) => word.startsWith(query))) return 1;
  return lower.includes(query) ? 2 : 3;
}
