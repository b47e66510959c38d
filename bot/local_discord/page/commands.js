// What the bot has registered, seen from the message box: flat paths ("room open"), words in the reader's
// language, and the checks of values that Discord makes before it sends a command. Pure: no DOM, no requests.

import { displayName } from "./dom.js";
import { getLocale, say } from "./words.js";

const KIND = { chat: 1, user: 2, message: 3 };
const OPTION = {
  subcommand: 1, group: 2, string: 3, integer: 4, boolean: 5, user: 6, channel: 7, role: 8, mentionable: 9, number: 10, attachment: 11,
};

/** `thing[key]` in the reader's language, e.g. words(option, "description"). */
export const words = (thing, key) => thing[`${key}_localizations`]?.[getLocale()] ?? thing[key] ?? "";

/** What an option takes, in a word. */
export const kindOf = (option) => say(`option.kind.${option.type}`);

/** What an option takes and within which bounds: "whole number, 1–4, required". */
export function demandOf(option) {
  const [least, most] = [option.min_value ?? option.min_length, option.max_value ?? option.max_length];
  const bounds = least === undefined && most === undefined ? null : `${least ?? ""}–${most ?? ""}`;
  return [kindOf(option), !option.choices?.length && bounds, option.required && say("option.required")].filter(Boolean).join(", ");
}

/** Every chat-input command and sub-command as {path, shown, description, options}. */
export function leaves(commands) {
  return commands.filter((command) => (command.type ?? KIND.chat) === KIND.chat).flatMap((command) => below(command, [], []));
}

export const userMenus = (commands) => commands.filter((command) => command.type === KIND.user);
export const messageMenus = (commands) => commands.filter((command) => command.type === KIND.message);

/** The leaves whose path (as registered or as shown) matches what was typed after the slash. */
export function search(all, typed) {
  const query = typed.toLowerCase().replace(/\s+/g, " ").trimStart();
  const rank = (leaf) => {
    const names = [leaf.path, leaf.shown].map((name) => name.toLowerCase());
    if (names.some((name) => name.startsWith(query))) return 0;
    if (names.some((name) => name.split(" ").some((word) => word.startsWith(query)))) return 1;
    return names.some((name) => name.includes(query)) ? 2 : 3;
  };
  return all.map((leaf) => [rank(leaf), leaf]).filter(([at]) => at < 3).sort(([a], [b]) => a - b).map(([, leaf]) => leaf);
}

/** The leaf that is meant by exactly this text, or undefined. */
export const exact = (all, typed) => all.find((leaf) => [leaf.path, leaf.shown].includes(typed.trim().toLowerCase()));

/** The entries that an option's field may be chosen from; null for free text and for autocomplete. */
export function candidates(option, store) {
  if (option.choices?.length) return option.choices.map((choice) => ({ label: words(choice, "name"), value: choice.value }));
  if (option.type === OPTION.boolean) return [{ label: say("option.true"), value: true }, { label: say("option.false"), value: false }];
  const users = () => store.everybody().map((user) => ({ label: displayName(user), hint: user.username, value: user.id, user }));
  const roles = () => store.rolesHere().map((role) => ({ label: `@${role.name.replace(/^@/, "")}`, value: role.id, role }));
  if (option.type === OPTION.user) return users();
  if (option.type === OPTION.role) return roles();
  if (option.type === OPTION.mentionable) return [...users(), ...roles()];
  if (option.type !== OPTION.channel) return null;
  const kinds = option.channel_types;
  return store.channelsHere().filter((channel) => !kinds?.length || kinds.includes(channel.type))
    .map((channel) => ({ label: `#${channel.name}`, value: channel.id, channel }));
}

export const matching = (entries, typed) => {
  const query = typed.trim().toLowerCase();
  return entries.filter(({ label, hint }) => [label, hint].some((name) => name?.toLowerCase().includes(query)));
};

/**
 * What was typed for an option as a value: {value} (undefined when nothing was), or {error} in words.
 * `chosen` is the entry taken from a list, if any; `all` the entries of `candidates`.
 */
export function readValue(option, typed, chosen, all) {
  if (!typed.trim() && !chosen) return option.required ? { error: say("option.bad.required") } : { value: undefined };
  if (chosen) return { value: chosen.value };
  if (all) return fromList(option, typed, all);
  if (option.type === OPTION.integer || option.type === OPTION.number) return numeric(option, typed.trim());
  if (typed.length < (option.min_length ?? 0)) return { error: say("option.bad.min_length", option.min_length) };
  if (typed.length > (option.max_length ?? 6000)) return { error: say("option.bad.max_length", option.max_length ?? 6000) };
  return { value: typed };
}

function below(command, path, shown) {
  const here = [...path, command.name];
  const named = [...shown, words(command, "name")];
  const parts = (command.options ?? []).filter(({ type }) => type === OPTION.subcommand || type === OPTION.group);
  if (parts.length) return parts.flatMap((part) => below(part, here, named));
  const options = [...(command.options ?? [])].sort((a, b) => Boolean(b.required) - Boolean(a.required));
  return [{ path: here.join(" "), shown: named.join(" "), description: words(command, "description"), options }];
}

const BAD = {
  [OPTION.boolean]: "boolean", [OPTION.user]: "user", [OPTION.channel]: "channel", [OPTION.role]: "role", [OPTION.mentionable]: "mentionable",
};

function fromList(option, typed, all) {
  const same = (name) => name?.toLowerCase().replace(/^[#@]/, "") === typed.trim().toLowerCase().replace(/^[#@]/, "");
  const found = all.find(({ label, hint, value }) => same(label) || same(hint) || same(String(value)));
  return found ? { value: found.value } : { error: say(`option.bad.${option.choices?.length ? "choice" : BAD[option.type]}`) };
}

function numeric(option, typed) {
  const integer = option.type === OPTION.integer;
  if (!(integer ? /^[+-]?\d{1,15}$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i).test(typed)) {
    return { error: say(integer ? "option.bad.integer" : "option.bad.number") };
  }
  const value = Number(typed);
  if (value < (option.min_value ?? -Infinity)) return { error: say("option.bad.min", option.min_value) };
  if (value > (option.max_value ?? Infinity)) return { error: say("option.bad.max", option.max_value) };
  return { value };
}
