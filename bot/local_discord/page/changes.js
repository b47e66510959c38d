// How each frame of the events socket changes the store: {NAME: (d, store) => void}. Frames about interactions are
// not here; MESSAGE_UPDATE, reactions and votes, which must keep one's own marks, are own_marks.js's.

const EPHEMERAL = 64;
const TYPING_MS = 10000;

export const changes = {
  MESSAGE_CREATE: (d, store) => {
    store.history(d.channel_id).messages.set(d.id, d);
    store.typing.get(d.channel_id)?.delete(d.author.id);
    noticed(d, store);
    store.tell("messages", d.channel_id);
    store.tell("typing");
  },
  MESSAGE_DELETE: (d, store) => dropMessages(store, d.channel_id, [d.id]),
  MESSAGE_DELETE_BULK: (d, store) => dropMessages(store, d.channel_id, d.ids),
  THREAD_CREATE: (d, store) => putChannel(store, d),
  THREAD_UPDATE: (d, store) => putChannel(store, d),
  THREAD_DELETE: (d, store) => dropChannel(store, d.id),
  THREAD_MEMBERS_UPDATE: (d, store) => threadMembers(store, d),
  CHANNEL_CREATE: (d, store) => putChannel(store, d),
  CHANNEL_UPDATE: (d, store) => putChannel(store, d),
  CHANNEL_DELETE: (d, store) => dropChannel(store, d.id),
  CHANNEL_PINS_UPDATE: (d, store) => store.tell("pins", d.channel_id),
  TYPING_START: (d, store) => {
    if (!store.typing.has(d.channel_id)) store.typing.set(d.channel_id, new Map());
    store.typing.get(d.channel_id).set(d.user_id, Date.now() + TYPING_MS);
    setTimeout(() => store.tell("typing"), TYPING_MS + 50);
    store.tell("typing");
  },
  APPLICATION_COMMANDS_UPDATE: (d, store) => {
    store.commands = d.commands;
    store.tell("commands");
  },
  BOT_STATUS: (d, store) => {
    store.botOnline = d.online;
    store.tell("bot");
  },
  PERSON_UPDATE: (d, store) => {
    store.people.set(d.id, { ...store.people.get(d.id), ...d });
    if (d.id === store.me.id) store.me = store.people.get(d.id);
    store.tell("members");
  },
  GUILD_UPDATE: (d, store) => {
    if (!store.guilds.has(d.id)) return;
    store.guilds.set(d.id, { ...store.guilds.get(d.id), name: d.name, owner_id: d.owner_id });
    store.tell("channels");
  },
  GUILD_ROLE_CREATE: putRole,
  GUILD_ROLE_UPDATE: putRole,
  GUILD_ROLE_DELETE: (d, store) => {
    store.roles.delete(d.role_id);
    store.tell("members");
  },
  GUILD_MEMBER_ADD: putMember,
  GUILD_MEMBER_UPDATE: putMember,
  GUILD_MEMBER_REMOVE: (d, store) => {
    store.membersIn(d.guild_id).delete(d.user.id);
    store.tell("members");
  },
};

/** Frames that say nothing of messages: they may be applied a second time over a `start` that was read meanwhile. */
export const repeatable = (name) => /^(CHANNEL|THREAD|GUILD|APPLICATION|BOT|USER)_/.test(name) && name !== "CHANNEL_PINS_UPDATE";

function noticed(message, store) {
  const channel = store.channels.get(message.channel_id);
  if (!channel || message.flags & EPHEMERAL) return;
  channel.last_message_id = message.id;
  if (channel.message_count !== undefined && message.id !== channel.id) channel.message_count += 1;
  const mentioned = (message.mentions ?? []).some(({ id }) => id === store.me.id) || !channel.guild_id;
  if (message.author.id === store.me.id) store.marks.read(channel);
  else if (mentioned) store.marks.mention(channel.id);
  store.tell("unread");
}

function dropMessages(store, channelId, ids) {
  const { messages, early } = store.history(channelId);
  for (const id of ids) {
    messages.delete(id);
    early.set(id, null);
  }
  store.tell("messages", channelId);
}

function putChannel(store, channel) {
  if (!store.channels.has(channel.id) && channel.type === undefined) return;
  store.channels.set(channel.id, { ...store.channels.get(channel.id), ...channel });
  store.tell("channels", channel.id);
}

function dropChannel(store, id) {
  store.channels.delete(id);
  store.histories.delete(id);
  store.tell("channels", id);
}

function threadMembers(store, { id, member_count: count, added_members: added = [], removed_member_ids: removed = [] }) {
  const thread = store.channels.get(id);
  if (!thread) return;
  const mine = (added ?? []).find(({ user_id: user }) => user === store.me.id);
  const gone = (removed ?? []).includes(store.me.id);
  putChannel(store, { id, member_count: count, ...(mine ? { member: mine } : gone ? { member: null } : {}) });
}

function putRole({ guild_id: guild, role }, store) {
  store.roles.set(role.id, { ...role, guild });
  store.tell("members");
}

function putMember({ guild_id: guild, ...member }, store) {
  store.membersIn(guild).set(member.user.id, { ...store.membersIn(guild).get(member.user.id), ...member });
  store.tell("members");
}
