// What this window knows, and the only thing that frames change (how: changes.js). Views listen for a topic and
// draw what they find here; they never change it. Topics: "all" (everything was read anew), "access" (what I see
// or may do changed), "channels", "messages", "members", "commands", "typing", "pins", "place", "unread", "bot".

import { KIND, isDirect, isThread } from "./channels.js";
import { changes } from "./changes.js";
import { displayName } from "./dom.js";
import { allows } from "./permissions.js";
import { ReadMarks } from "./read_marks.js";
import { compareIds, idForNow, timeOf } from "./snowflakes.js";

const EPHEMERAL = 64;

export class Store {
  constructor() {
    this.listeners = new Map();
    this.frames = { ...changes };
    this.place = { guild: null, channel: null, thread: null };
    this.localCount = 0;
    this.#forget();
  }

  on(topic, listener) {
    this.listeners.set(topic, [...(this.listeners.get(topic) ?? []), listener]);
  }

  tell(topic, about) {
    for (const listener of this.listeners.get(topic) ?? []) listener(about);
  }

  /** Add frames: {NAME: (d, store) => void}. */
  learn(frames) {
    Object.assign(this.frames, frames);
  }

  /** Apply one frame of the events socket; frames about interactions are not the store's. */
  apply({ t, d }) {
    this.frames[t]?.(d, this);
  }

  /** Take a fresh `start`; messages read before it are dropped, because frames may have been missed. */
  begin(start) {
    const locals = this.me?.id === start.me.id ? this.locals : new Map();
    this.#forget();
    this.locals = locals;
    this.#take(start);
    this.marks = new ReadMarks(start.me.id, [...this.channels.values()]);
    this.tell("all");
  }

  /** Take a `start` that was read because what I see or may do changed; messages stay. */
  renew(start) {
    this.#take(start);
    this.tell("access");
    this.tell("channels");
    this.tell("members");
    this.tell("commands");
  }

  /** Where the window is now: {guild: id or null at Home, channel, thread}; unknown ids become null. */
  go({ guild = null, channel = null, thread = null }) {
    this.place = { guild, channel: this.channels.has(channel) ? channel : null, thread: this.channels.has(thread) ? thread : null };
    this.tell("place");
  }

  /** The server in view; null at Home. */
  get guild() {
    return this.guilds.get(this.place.guild) ?? null;
  }

  get selected() {
    return this.place.channel;
  }

  channelsHere() {
    return [...this.channels.values()].filter((channel) => (channel.guild_id ?? null) === (this.guild?.id ?? null));
  }

  rolesHere() {
    return [...this.roles.values()].filter((role) => role.guild === this.guild?.id);
  }

  membersIn = (guildId) => this.members.get(guildId) ?? new Map();

  directs() {
    const direct = [...this.channels.values()].filter(isDirect);
    return direct.sort((a, b) => compareIds(b.last_message_id ?? b.id, a.last_message_id ?? a.id));
  }

  /** The other one of a direct message; with nobody else in it, the bot, whom Discord leaves out of what the bot is told. */
  partnerIn(channel) {
    const other = (channel.recipients ?? []).find(({ id }) => id !== this.me.id);
    return this.user(other?.id ?? this.application.bot.id) ?? other;
  }

  titleOf(channel) {
    if (isDirect(channel)) return `@${displayName(this.partnerIn(channel))}`;
    return isThread(channel) ? channel.name : `#${channel.name}`;
  }

  /** Whether I may, by a permission's name; a thread's bits are its channel's. */
  may(channelId, permission) {
    const channel = this.channels.get(channelId);
    if (!channel) return false;
    const parent = isThread(channel) ? this.channels.get(channel.parent_id) : null;
    return allows(channel.permissions ?? parent?.permissions, permission);
  }

  user(id) {
    const member = this.membersIn(this.guild?.id).get(id);
    const bot = this.application?.bot?.id === id ? { ...this.application.bot, bot: true } : null;
    const person = this.people.get(id) ?? bot;
    if (!person && !member) return null;
    return { ...member?.user, ...person, nick: member?.nick, roles: member?.roles ?? [] };
  }

  /** The members of the server in view; at Home, everybody there is. */
  everybody() {
    const ids = this.guild ? this.membersIn(this.guild.id).keys() : [...this.people.keys(), this.application.bot.id];
    return [...ids].map((id) => this.user(id)).filter(Boolean);
  }

  rolesOf(userId) {
    const held = (this.user(userId)?.roles ?? []).map((id) => this.roles.get(id)).filter((role) => role && role.id !== role.guild);
    return held.sort((a, b) => (b.position ?? 0) - (a.position ?? 0));
  }

  /** The colour of a member's first coloured role, as Discord's integer. */
  roleColour = (userId) => this.rolesOf(userId).find((role) => role.color)?.color ?? 0;

  threadsOf(channelId) {
    const threads = [...this.channels.values()].filter((channel) => channel.parent_id === channelId && isThread(channel));
    return threads.sort((a, b) => compareIds(a.id, b.id));
  }

  typingIn(channelId) {
    const now = Date.now();
    return [...(this.typing.get(channelId) ?? [])].filter(([id, until]) => until > now && id !== this.me.id).map(([id]) => id);
  }

  isUnread = (channelId) => this.marks.isUnread(this.channels.get(channelId));

  /** A map from each server's id (null is Home) to {unread, mentions}; those where nothing happened are left out. */
  unreadByServer() {
    const found = new Map();
    for (const channel of this.channels.values()) {
      const mentions = this.marks.mentionsIn(channel.id);
      if (channel.type === KIND.category || (!mentions && !this.isUnread(channel.id))) continue;
      const guild = channel.guild_id ?? null;
      found.set(guild, { unread: true, mentions: (found.get(guild)?.mentions ?? 0) + mentions });
    }
    return found;
  }

  markRead(channelId) {
    if (this.marks.read(this.channels.get(channelId))) this.tell("unread");
  }

  history(channelId) {
    if (!this.histories.has(channelId)) {
      this.histories.set(channelId, { messages: new Map(), early: new Map(), loaded: false, complete: false });
    }
    return this.histories.get(channelId);
  }

  /** Put a page of history (newest first) under what is already known. */
  addHistory(channelId, page, { complete }) {
    const known = this.history(channelId);
    for (const read of page) {
      const message = known.early.has(read.id) ? known.early.get(read.id) : read;
      if (message && !known.messages.has(message.id)) known.messages.set(message.id, message);
    }
    known.loaded = true;
    known.complete = complete;
    this.tell("messages", channelId);
  }

  /** Oldest first, with this window's own notices ("Sending command…") among them. */
  messagesIn(channelId) {
    const locals = [...this.locals.values()].filter((message) => message.channel_id === channelId);
    return [...this.history(channelId).messages.values(), ...locals].sort((a, b) => compareIds(a.id, b.id));
  }

  /** Change a message that is known: `change(message)` gives the new one. */
  changeMessage(channelId, messageId, change) {
    const { messages } = this.history(channelId);
    if (!messages.has(messageId)) return;
    messages.set(messageId, change(messages.get(messageId)));
    this.tell("messages", channelId);
  }

  /** A notice only this window has, shaped like an ephemeral message; gives its id. */
  addLocal(message) {
    const id = idForNow((this.localCount += 1));
    const timestamp = new Date().toISOString();
    this.locals.set(id, { ...message, id, timestamp, local: true, flags: EPHEMERAL });
    this.tell("messages", message.channel_id);
    return id;
  }

  changeLocal(id, change) {
    const present = this.locals.get(id);
    if (!present) return;
    if (change) this.locals.set(id, { ...present, ...change });
    else this.locals.delete(id);
    this.tell("messages", present.channel_id);
  }

  #take(start) {
    Object.assign(this, { me: start.me, application: start.application, commands: start.commands, botOnline: start.bot_online });
    Object.assign(this, { guilds: new Map(), people: new Map(), roles: new Map(), members: new Map(), channels: new Map() });
    for (const user of start.users) this.people.set(user.id, user);
    for (const { channels, threads, roles, members, ...guild } of start.guilds) {
      this.guilds.set(guild.id, guild);
      this.members.set(guild.id, new Map(members.map((member) => [member.user.id, member])));
      for (const role of roles) this.roles.set(role.id, { ...role, guild: guild.id });
      for (const channel of [...channels, ...threads]) this.channels.set(channel.id, { guild_id: guild.id, ...channel });
    }
    for (const channel of start.direct ?? []) this.channels.set(channel.id, channel);
  }

  #forget() {
    Object.assign(this, { guilds: new Map(), people: new Map(), roles: new Map(), members: new Map(), channels: new Map() });
    Object.assign(this, { histories: new Map(), locals: new Map(), typing: new Map(), commands: [], botOnline: false });
  }
}

/** When a message was made, in ms since 1970. */
export const madeAt = (message) => Date.parse(message.timestamp) || timeOf(message.id);
