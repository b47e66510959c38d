// The dialog that forwards a message: a list of the channels one may write in, narrowed by typing. One press sends.

import { isForum, KIND, markOf } from "./channels.js";
import { el, fill, icon } from "./dom.js";
import { say } from "./words.js";

const NOT_WRITTEN_IN = [KIND.category, KIND.voice, KIND.stage];

/** Open it for `message`; `context` has store, api() and notify(words). */
export function openForward(message, { store, api, notify }) {
  const opener = document.activeElement;
  const error = el("p", { class: "dialog-notice", role: "alert" });
  const list = el("ul", { class: "forward-list" });
  const draw = () => {
    const query = search.value.trim().toLowerCase();
    const open = [...store.channels.values()].filter((channel) => !NOT_WRITTEN_IN.includes(channel.type) && !isForum(channel) && store.may(channel.id, "SEND_MESSAGES"));
    fill(list, open.filter((channel) => store.titleOf(channel).toLowerCase().includes(query)).map((channel) => el("li", {},
      el("button", { type: "button", class: "menu-item", onclick: () => send(channel) }, el("span", {}, icon(markOf(channel)), " ", store.titleOf(channel).replace(/^[#@]/, "")),
        el("span", { class: "hint" }, store.guilds.get(channel.guild_id)?.name ?? "")))));
  };
  const send = async (channel) => {
    try {
      await api().forward(channel.id, message);
      dialog.close();
      notify(say("forward.done", store.titleOf(channel)));
    } catch (refused) {
      fill(error, icon("error"), refused.message);
    }
  };
  const search = el("input", { class: "text-input", placeholder: say("forward.find"), "aria-label": say("forward.find"), autocomplete: "off", oninput: draw });
  const dialog = el("dialog", { class: "modal forward", "aria-label": say("forward.title") }, el("form", { method: "dialog" },
    el("header", {}, el("h2", {}, say("forward.title")),
      el("button", { type: "submit", class: "icon-button", "aria-label": say("action.close"), formnovalidate: true }, icon("close"))),
    el("div", { class: "dialog-body" }, search, list), error));
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") list.querySelector("button")?.focus();
    else if (event.key === "Enter") list.querySelector("button")?.click();
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  draw();
  dialog.showModal();
  search.focus();
}
