// What the message box offers while one writes: commands after "/", people, roles and channels after "@" and "#", emoji
// after ":". It reads the text before the caret and gives entries; showing and taking them is the box's.

import { avatar, displayName, el, icon } from "./dom.js";
import { markOf } from "./channels.js";
import { leaves, search } from "./commands.js";
import { findEmoji } from "./emoji.js";
import { roleDot } from "./select.js";
import { say } from "./words.js";

const MOST = 10;
const COMMAND = /^\/[^\n]{0,100}$/;
const WORD = /(?:^|\s)([@#:])([^\s@#:]{0,32})$/u;
const SHORTEST_EMOJI = 2;

/**
 * {title, detail, note, entries} for the text before the caret, or null. An entry has `leaf` (a command to fill in) or
 * `text` with `tag` (what to write in the place of the last `length` characters, and what it stands for).
 */
export function suggestionFor(text, whole, context) {
  if (COMMAND.test(whole)) return commandsFor(whole.slice(1), context);
  const word = WORD.exec(text);
  if (!word) return null;
  const [, mark, typed] = word;
  if (mark === ":") return typed.length < SHORTEST_EMOJI ? null : emojiFor(typed);
  const query = typed.toLowerCase();
  const all = mark === "@" ? [...people(context), ...roles(context), ...everyone(context)] : channels(context);
  const entries = all.filter(({ label, hint }) => `${label} ${hint ?? ""}`.toLowerCase().includes(query)).slice(0, MOST);
  return entries.length ? { title: say(mark === "@" ? "members" : "channels"), entries: entries.map((entry) => ({ ...entry, length: typed.length + 1 })) } : null;
}

function commandsFor(typed, { store, commands }) {
  const bot = { ...store.application.bot, bot: true };
  const entries = search(leaves(commands()), typed).map((leaf) => ({
    label: `/${leaf.shown}`, description: leaf.description, lead: avatar(bot, "tiny"), hint: optionsOf(leaf), leaf,
  }));
  return { title: say("command.group"), detail: displayName(bot), note: say("command.none"), entries };
}

/** "title +2 optional" beside a command: what it will ask for. */
function optionsOf({ options }) {
  const required = options.filter((option) => option.required).map((option) => option.name);
  const left = options.length - required.length;
  return [required.join(", "), left && say("command.more", left)].filter(Boolean).join(" ");
}

function emojiFor(typed) {
  const entries = findEmoji(typed, MOST).map(({ name, character }) => ({
    label: `:${name}:`, lead: el("span", { class: "emoji", "aria-hidden": "true" }, character), text: character, length: typed.length + 1,
  }));
  return entries.length ? { title: say("emoji.title", typed), entries } : null;
}

const people = ({ store }) => store.everybody().map((user) => ({
  label: displayName(user), hint: user.username, lead: avatar(user, "tiny"), text: `@${displayName(user)}`, tag: `<@${user.id}>`,
}));

const roles = ({ store, mayPingAll }) => store.rolesHere().filter((role) => role.id !== role.guild && (role.mentionable || mayPingAll())).map((role) => ({
  label: `@${role.name}`, lead: roleDot(role), text: `@${role.name}`, tag: `<@&${role.id}>`,
}));

const everyone = ({ store, mayPingAll }) => (store.guild && mayPingAll() ? ["everyone", "here"].map((name) => ({
  label: `@${name}`, description: say(`mention.${name}`), lead: icon("people"), text: `@${name}`,
})) : []);

const channels = ({ store }) => store.channelsHere().filter(({ type }) => type !== 4).map((channel) => ({
  label: channel.name, lead: icon(markOf(channel)), text: `#${channel.name}`, tag: `<#${channel.id}>`,
}));
