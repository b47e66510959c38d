// The menu of a person (a right click on a name, a face or a mention): who it is, a mention, a direct message, and the
// bot's user commands under "Apps".

import { userMenus, words } from "./commands.js";
import { displayName } from "./dom.js";
import { copy, group, openMenu } from "./menu.js";
import { say } from "./words.js";

/** `context` has store, commands(channelId), runOnUser(command, userId, channelId), openUser, openDirect and mention. */
export function openUserMenu(userId, event, channelId, context) {
  const { store } = context;
  const user = store.user(userId);
  if (!user) return;
  const anchor = event.target.closest("[data-user]");
  openMenu([
    { label: say("menu.profile"), name: "people", action: () => context.openUser(userId, anchor) },
    { label: say("menu.mention"), name: "at", action: () => context.mention(user) },
    userId !== store.me.id && context.openDirect && { label: say("menu.write"), name: "send", action: () => context.openDirect(userId) },
    group(say("menu.apps"), "app", userMenus(context.commands(channelId)).map((command) => ({
      label: words(command, "name"), action: () => context.runOnUser(command, userId, channelId),
    })), say("menu.none")),
    "-",
    { label: say("menu.user"), name: "copy", action: () => copy(userId) },
  ], event, { label: displayName(user), root: anchor?.closest(".message") });
}
