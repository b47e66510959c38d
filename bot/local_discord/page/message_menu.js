// The menu of a message: what one may do with it oneself, and the bot's message commands under "Apps". What is offered
// follows Discord's permissions; the server decides again.

import { messageMenus, words } from "./commands.js";
import { isThread, KIND } from "./channels.js";
import { el } from "./dom.js";
import { openForward } from "./forward.js";
import { copy, group, openMenu } from "./menu.js";
import { FLAG, isSystem } from "./message_parts.js";
import { fillReactors } from "./reactions.js";
import { say } from "./words.js";

const QUICK = ["👍", "❤️", "😂", "🎬"];

/**
 * Open it for a row. `context` is the row's own, with commands(channelId) for the commands that one may use there,
 * runOnMessage(command, message) and notify(words).
 */
export function openMessageMenu(row, event, context) {
  const { message } = row;
  const { store } = context;
  const channel = store.channels.get(message.channel_id);
  const may = (permission) => store.may(message.channel_id, permission);
  const ephemeral = Boolean(message.flags & FLAG.ephemeral);
  const mine = message.author.id === store.me.id;
  const plain = !ephemeral && !isSystem(message);
  const attempt = (act) => act.catch((error) => row.fail(say("reaction.failed", error.message)));
  const threadable = plain && !message.thread && [KIND.text, KIND.news].includes(channel?.type) && !isThread(channel) && may("CREATE_PUBLIC_THREADS");
  openMenu([
    !ephemeral && may("ADD_REACTIONS") && quick(row),
    !ephemeral && may("ADD_REACTIONS") && { label: say("menu.react"), name: "smile", action: () => row.pickReaction(row.root.querySelector(".toolbar-box button") ?? row.root) },
    message.reactions?.length > 0 && { label: say("menu.reactions"), name: "people", action: () => showReactors(row, context) },
    row.editable && { label: say("menu.edit"), name: "edit", action: () => row.edit() },
    plain && { label: say("reply"), name: "reply", action: () => context.reply(message) },
    plain && !message.poll && { label: say("forward"), name: "forward", action: () => openForward(message, context) },
    threadable && { label: say("menu.thread"), name: "thread", action: () => context.startThread(message) },
    plain && may("PIN_MESSAGES") && {
      label: say(message.pinned ? "menu.unpin" : "menu.pin"), name: "pin",
      action: () => attempt(message.pinned ? context.api().unpin(message.channel_id, message.id) : context.api().pin(message.channel_id, message.id)),
    },
    !ephemeral && group(say("menu.apps"), "app", messageMenus(context.commands(message.channel_id)).map((command) => ({
      label: words(command, "name"), action: () => context.runOnMessage(command, message),
    })), say("menu.none")),
    "-",
    message.content && { label: say("menu.copy"), name: "copy", action: () => copy(message.content) },
    { label: say("menu.link"), name: "copy", action: () => copy(message.id) },
    (mine || ephemeral || may("MANAGE_MESSAGES")) && "-",
    (mine || ephemeral || may("MANAGE_MESSAGES")) && {
      label: say(ephemeral ? "action.dismiss" : "menu.delete"), name: "trash", danger: true, action: () => context.dismiss(message),
    },
  ], event, { label: say("menu.more"), root: row.root });
}

function quick(row) {
  const choice = (character) => el("button", { type: "button", class: "menu-item quick", role: "menuitem", "aria-label": `${say("menu.react")} ${character}`, tabindex: "-1", onclick: (event) => {
    event.currentTarget.closest("[popover]").hidePopover();
    row.react(character, true);
  } }, character);
  return el("div", { class: "menu-quick", role: "group", "aria-label": say("menu.react") }, QUICK.map(choice));
}

async function showReactors(row, { api, names }) {
  const { message } = row;
  const body = el("div", { class: "dialog-body" });
  const dialog = el("dialog", { class: "modal", "aria-label": say("reactions") }, el("form", { method: "dialog" },
    el("header", {}, el("h2", {}, say("reactions"))), body, el("footer", {}, el("button", { type: "submit", class: "button secondary" }, el("span", { class: "label" }, say("action.close"))))));
  dialog.addEventListener("close", () => {
    dialog.remove();
    row.root.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  try {
    await fillReactors(body, message.reactions, (key) => api().reactors(message.channel_id, message.id, key), names);
  } catch (error) {
    body.textContent = error.message;
  }
}
