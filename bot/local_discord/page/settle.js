// From where somebody wants to be to where they can be: a channel's server, a thread's channel, the channel one
// looked at last, the first that there is. Pure but for the last one, which is this browser's memory.

import { grouped, isThread } from "./channels.js";
import { lastChannel } from "./place.js";

/** `wanted` is {guild, channel, thread} as in the address; the answer's `guild` is null at Home. */
export function settle(store, wanted) {
  let channel = store.channels.get(wanted.channel) ?? null;
  let thread = store.channels.get(wanted.thread) ?? null;
  if (!channel && thread) channel = store.channels.get(thread.parent_id) ?? thread;
  if (thread && thread.parent_id !== channel.id) thread = null;
  if (channel) return { guild: channel.guild_id ?? null, channel: channel.id, thread: thread?.id ?? null };
  const guild = guildFor(store, wanted);
  return { guild, channel: guild ? firstIn(store, guild) : null, thread: null };
}

/** Every channel that one can go to in a server, in the order shown. */
export function stops(store, guildId) {
  const inside = [...store.channels.values()].filter((channel) => (channel.guild_id ?? null) === guildId && !isThread(channel));
  return guildId ? grouped(inside).flatMap(({ channels }) => channels) : store.directs();
}

function guildFor(store, wanted) {
  if (store.guilds.has(wanted.guild)) return wanted.guild;
  const home = wanted.guild === "@me" || (wanted.guild === null && !wanted.channel && store.place.guild === null && store.place.channel);
  return home ? null : (store.guilds.keys().next().value ?? null);
}

function firstIn(store, guild) {
  const last = store.channels.get(lastChannel(store.me.id, guild));
  return last?.guild_id === guild ? last.id : (stops(store, guild)[0]?.id ?? null);
}
