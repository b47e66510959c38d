// Remembers up to where a person has read, per channel, across reloads of the page. It lives in the
// browser's storage because the local Discord keeps no such thing; without storage, marks last as long
// as the page.

import { compareIds } from "./snowflakes.js";

export class ReadMarks {
  /** A person who was never here starts with everything read, as a new member of a server does. */
  constructor(userId, channels) {
    this.key = `local-discord:read:${userId}`;
    this.mentions = new Map();
    this.marks = this.#load() ?? Object.fromEntries(channels.map(({ id, last_message_id: last }) => [id, last ?? id]));
    this.#save();
  }

  isUnread(channel) {
    if (!channel?.last_message_id) return false;
    const mark = this.marks[channel.id];
    return !mark || compareIds(channel.last_message_id, mark) > 0;
  }

  /** The last message read in a channel, or null. */
  markOf = (channelId) => this.marks[channelId] ?? null;

  /** Mark everything in `channel` read; tells whether that changed anything. */
  read(channel) {
    if (!channel || (!this.isUnread(channel) && !this.mentions.has(channel.id))) return false;
    this.marks[channel.id] = channel.last_message_id;
    this.mentions.delete(channel.id);
    this.#save();
    return true;
  }

  mention(channelId) {
    this.mentions.set(channelId, (this.mentions.get(channelId) ?? 0) + 1);
  }

  mentionsIn = (channelId) => this.mentions.get(channelId) ?? 0;

  #load() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null; // storage is switched off, or holds something else
    }
  }

  #save() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.marks));
    } catch {
      // Storage is full or switched off: the marks last as long as the page.
    }
  }
}
