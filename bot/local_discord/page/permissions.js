// Discord's permission bits that the page asks about, and how a person's bits in a channel are read. It only
// decides what is offered: the server checks every act again.

const BITS = {
  ADMINISTRATOR: 3, MANAGE_CHANNELS: 4, ADD_REACTIONS: 6, VIEW_CHANNEL: 10, SEND_MESSAGES: 11, MANAGE_MESSAGES: 13, EMBED_LINKS: 14,
  ATTACH_FILES: 15, READ_MESSAGE_HISTORY: 16, MENTION_EVERYONE: 17, USE_APPLICATION_COMMANDS: 31, MANAGE_THREADS: 34,
  CREATE_PUBLIC_THREADS: 35, CREATE_PRIVATE_THREADS: 36, SEND_MESSAGES_IN_THREADS: 38, SEND_POLLS: 49, PIN_MESSAGES: 51,
};

/** Whether the string of bits has `name`; no string at all (a direct message) allows everything. */
export function allows(bits, name) {
  if (bits === null || bits === undefined) return true;
  if (!(name in BITS)) throw new Error(`No permission called ${name}`);
  return Boolean((BigInt(bits) >> BigInt(BITS[name])) & 1n);
}
