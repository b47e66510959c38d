// What reactions and votes do to a message this window knows. Frames are written for the bot, so `me` and `me_voted` in
// them are the bot's: the marks of the person here come from what was read over the People API and from the
// `user_id` of the frames. Pure: a message goes in and a new one comes out.

import { emojiKey } from "./emoji.js";

/** The frames that change marks, for Store.learn; MESSAGE_UPDATE is here because it must keep them. */
export const markFrames = {
  MESSAGE_UPDATE: (d, store) => {
    const { messages, early } = store.history(d.channel_id);
    // Not read yet, or being read this moment: the frame may be newer than the answer under way, so it is kept.
    if (!messages.has(d.id)) early.set(d.id, d);
    else store.changeMessage(d.channel_id, d.id, (before) => keepMarks(before, { ...before, ...d }, d));
  },
};

/** A message with this person's own marks kept where a frame brought new counts. */
function keepMarks(before, next, fresh) {
  if (fresh.reactions) {
    const mine = new Set((before.reactions ?? []).filter(({ me }) => me).map(({ emoji }) => emojiKey(emoji)));
    next.reactions = fresh.reactions.map((reaction) => ({ ...reaction, me: mine.has(emojiKey(reaction.emoji)) }));
  }
  if (fresh.poll?.results) {
    const voted = new Set((before.poll?.results?.answer_counts ?? []).filter(({ me_voted }) => me_voted).map(({ id }) => id));
    const answer_counts = fresh.poll.results.answer_counts.map((count) => ({ ...count, me_voted: voted.has(count.id) }));
    next.poll = { ...fresh.poll, results: { ...fresh.poll.results, answer_counts } };
  }
  return next;
}

// By name of frame: (message, frame's body, own user id) -> the message as it now is.
const MARK_CHANGES = {
  MESSAGE_REACTION_ADD: (message, { emoji, user_id }, me) => {
    const known = message.reactions ?? [];
    const present = known.find((reaction) => emojiKey(reaction.emoji) === emojiKey(emoji));
    if (user_id === me && present?.me) return message;
    const next = { emoji, ...present, count: (present?.count ?? 0) + 1, me: Boolean(present?.me) || user_id === me };
    return { ...message, reactions: present ? known.map((reaction) => (reaction === present ? next : reaction)) : [...known, next] };
  },
  MESSAGE_REACTION_REMOVE: (message, { emoji, user_id }, me) => ({
    ...message,
    reactions: (message.reactions ?? []).map((reaction) => (emojiKey(reaction.emoji) === emojiKey(emoji)
      ? { ...reaction, count: reaction.count - 1, me: reaction.me && user_id !== me } : reaction)).filter(({ count }) => count > 0),
  }),
  MESSAGE_REACTION_REMOVE_ALL: (message) => ({ ...message, reactions: [] }),
  MESSAGE_REACTION_REMOVE_EMOJI: (message, { emoji }) => ({
    ...message, reactions: (message.reactions ?? []).filter((reaction) => emojiKey(reaction.emoji) !== emojiKey(emoji)),
  }),
  MESSAGE_POLL_VOTE_ADD: (message, { answer_id, user_id }, me) => vote(message, answer_id, 1, user_id === me),
  MESSAGE_POLL_VOTE_REMOVE: (message, { answer_id, user_id }, me) => vote(message, answer_id, -1, user_id === me),
};

for (const [name, change] of Object.entries(MARK_CHANGES)) {
  markFrames[name] = (d, store) => store.changeMessage(d.channel_id, d.message_id, (message) => change(message, d, store.me.id));
}

function vote(message, id, by, mine) {
  if (!message.poll) return message;
  const counts = message.poll.results?.answer_counts ?? [];
  const present = counts.find((count) => count.id === id) ?? { id, count: 0, me_voted: false };
  if (mine && present.me_voted === by > 0) return message; // read over the People API before the frame came
  const next = { ...present, count: Math.max(0, present.count + by), me_voted: mine ? by > 0 : present.me_voted };
  const answer_counts = [...counts.filter((count) => count.id !== id), next];
  return { ...message, poll: { ...message.poll, results: { is_finalized: false, ...message.poll.results, answer_counts } } };
}
