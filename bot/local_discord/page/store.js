// What this window knows, and the only place where a frame changes it. Views listen for a topic and draw
// what they find here; they never change it. Topics: "all" (everything was read anew), "channels",
// "messages", "members", "commands", "typing", "pins", "select", "unread", "bot".

import { ReadMarks } from "./read_marks.js";
import { compareIds, idForNow, timeOf } from "./snowflakes.js";

const EPHEMERAL = 64;
const TYPING_MS = 10000;

export class Store {
  constructor() {
    this.listeners = new Map();
    this.selected = null;
    this.localCount = 0;
    this.#forget();
  }

  on(topic, listener) {
    this.listeners.set(topic, [...(this.listeners.get(topic) ?? []), listener]);
  }

  /** Take a fresh `start`; messages read before it are dropped, because frames may have been missed. */
  begin(start) {
    const same = this.me?.id === start.me.id;
    const locals = same ? this.locals : new Map();
    this.#forget();
    this.locals = locals;
    Object.assign(this, { me: start.me, guild: start.guilds[0], application: start.application, commands: start.commands });
    this.botOnline = start.bot_online;
    for (const user of start.users) this.people.set(user.id, user);
    for (const role of start.guilds[0].roles) this.roles.set(role.id, role);
    for (const member of start.guilds[0].members) this.members.set(member.user.id, member);
    for (const channel of [...start.guilds[0].channels, ...start.guilds[0].threads]) this.channels.set(channel.id, channel);
    this.marks = new ReadMarks(start.me.id, [...this.channels.values()]);
    this.#tell("all");
  }

  /** Apply one frame of the events socket; frames about interactions are not the store's. */
  apply({ t, d }) {
    if (t in this.#changes) this.#changes[t](d);
  }

  select(channelId) {
    if (!this.channels.has(channelId)) return;
    this.selected = channelId;
    this.#tell("select");
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
    this.#tell("messages", channelId);
  }

  history(channelId) {
    if (!this.histories.has(channelId)) {
      this.histories.set(channelId, { messages: new Map(), early: new Map(), loaded: false, complete: false });
    }
    return this.histories.get(channelId);
  }

  /** Oldest first, with this window's own notices ("Sending command…") among them. */
  messagesIn(channelId) {
    const locals = [...this.locals.values()].filter((message) => message.channel_id === channelId);
    return [...this.history(channelId).messages.values(), ...locals].sort((a, b) => compareIds(a.id, b.id));
  }

  /** A notice only this window has, shaped like an ephemeral message; gives its id. */
  addLocal(message) {
    const id = idForNow((this.localCount += 1));
    const timestamp = new Date().toISOString();
    this.locals.set(id, { ...message, id, timestamp, local: true, flags: EPHEMERAL });
    this.#tell("messages", message.channel_id);
    return id;
  }

  changeLocal(id, change) {
    const present = this.locals.get(id);
    if (!present) return;
    if (change) this.locals.set(id, { ...present, ...change });
    else this.locals.delete(id);
    this.#tell("messages", present.channel_id);
  }

  user(id) {
    const member = this.members.get(id);
    const person = this.people.get(id);
    if (!person && !member) return this.application?.bot?.id === id ? { ...this.application.bot, bot: true } : null;
    return { ...member?.user, ...person, nick: member?.nick, roles: member?.roles ?? person?.roles ?? [] };
  }

  everybody() {
    const ids = new Set([...this.people.keys(), ...this.members.keys()]);
    return [...ids].map((id) => this.user(id)).filter(Boolean);
  }

  /** The colour of a member's first coloured role, as Discord's integer. */
  roleColour(userId) {
    const roles = (this.user(userId)?.roles ?? []).map((id) => this.roles.get(id)).filter((role) => role?.color);
    return roles.sort((a, b) => (b.position ?? 0) - (a.position ?? 0))[0]?.color ?? 0;
  }

  threadsOf(channelId) {
    return [...this.channels.values()]
      .filter((channel) => channel.parent_id === channelId && channel.thread_metadata)
      .sort((a, b) => compareIds(a.id, b.id));
  }

  typingIn(channelId) {
    const now = Date.now();
    return [...(this.typing.get(channelId) ?? [])].filter(([id, until]) => until > now && id !== this.me.id).map(([id]) => id);
  }

  isUnread = (channelId) => this.marks.isUnread(this.channels.get(channelId));

  markRead(channelId) {
    if (this.marks.read(this.channels.get(channelId))) this.#tell("unread");
  }

  #changes = {
    MESSAGE_CREATE: (d) => {
      this.history(d.channel_id).messages.set(d.id, d);
      this.typing.get(d.channel_id)?.delete(d.author.id);
      this.#touch(d);
      this.#tell("messages", d.channel_id);
      this.#tell("typing");
    },
    MESSAGE_UPDATE: (d) => {
      const { messages, early } = this.history(d.channel_id);
      // Not read yet, or being read this moment: the frame may be newer than the answer under way, so it is kept.
      if (!messages.has(d.id)) return void early.set(d.id, d);
      messages.set(d.id, { ...messages.get(d.id), ...d });
      this.#tell("messages", d.channel_id);
    },
    MESSAGE_DELETE: (d) => {
      this.history(d.channel_id).messages.delete(d.id);
      this.history(d.channel_id).early.set(d.id, null);
      this.#tell("messages", d.channel_id);
    },
    THREAD_CREATE: (d) => this.#putChannel(d),
    THREAD_UPDATE: (d) => this.#putChannel(d),
    THREAD_DELETE: (d) => this.#dropChannel(d.id),
    THREAD_MEMBERS_UPDATE: (d) => this.#putChannel({ id: d.id, member_count: d.member_count }),
    CHANNEL_CREATE: (d) => this.#putChannel(d),
    CHANNEL_UPDATE: (d) => this.#putChannel(d),
    CHANNEL_DELETE: (d) => this.#dropChannel(d.id),
    CHANNEL_PINS_UPDATE: (d) => this.#tell("pins", d.channel_id),
    TYPING_START: (d) => {
      if (!this.typing.has(d.channel_id)) this.typing.set(d.channel_id, new Map());
      this.typing.get(d.channel_id).set(d.user_id, Date.now() + TYPING_MS);
      setTimeout(() => this.#tell("typing"), TYPING_MS + 50);
      this.#tell("typing");
    },
    APPLICATION_COMMANDS_UPDATE: (d) => {
      this.commands = d.commands;
      this.#tell("commands");
    },
    BOT_STATUS: (d) => {
      this.botOnline = d.online;
      this.#tell("bot");
    },
    USER_UPDATE: (d) => {
      this.people.set(d.id, { ...this.people.get(d.id), ...d });
      if (d.id === this.me.id) this.me = this.people.get(d.id);
      this.#tell("members");
    },
  };

  #touch(message) {
    const channel = this.channels.get(message.channel_id);
    if (!channel || message.flags & EPHEMERAL) return;
    channel.last_message_id = message.id;
    if (message.author.id === this.me.id) this.marks.read(channel);
    else if ((message.mentions ?? []).some(({ id }) => id === this.me.id)) this.marks.mention(channel.id);
    this.#tell("unread");
  }

  #putChannel(channel) {
    if (!this.channels.has(channel.id) && !channel.type) return;
    this.channels.set(channel.id, { ...this.channels.get(channel.id), ...channel });
    this.#tell("channels", channel.id);
  }

  #dropChannel(id) {
    const parent = this.channels.get(id)?.parent_id;
    this.channels.delete(id);
    this.histories.delete(id);
    if (this.selected === id) this.select(parent ?? this.guild.channels[0].id);
    this.#tell("channels", id);
  }

  #forget() {
    Object.assign(this, { people: new Map(), roles: new Map(), members: new Map(), channels: new Map() });
    Object.assign(this, { histories: new Map(), locals: new Map(), typing: new Map(), commands: [], botOnline: false });
  }

  #tell(topic, about) {
    for (const listener of this.listeners.get(topic) ?? []) listener(about);
  }
}

/** When a message was made, in ms since 1970. */
export const madeAt = (message) => Date.parse(message.timestamp) || timeOf(message.id);
