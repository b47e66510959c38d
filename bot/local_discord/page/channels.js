// What a channel is: the kinds of Discord's channels, and the order in which a server shows them. Pure.

export const KIND = { text: 0, direct: 1, voice: 2, group: 3, category: 4, news: 5, newsThread: 10, thread: 11, privateThread: 12, stage: 13, forum: 15, media: 16 };

const FORUMS = [KIND.forum, KIND.media];
const SHOWN = [KIND.text, KIND.news, ...FORUMS];

export const isThread = (channel) => Boolean(channel?.thread_metadata);
export const isForum = (channel) => FORUMS.includes(channel?.type);
export const isDirect = (channel) => channel?.type === KIND.direct || channel?.type === KIND.group;

/** The icon that stands before a channel's name. */
export function markOf(channel) {
  if (isThread(channel)) return channel.type === KIND.privateThread ? "lock" : "thread";
  if (isForum(channel)) return "forum";
  if (isDirect(channel)) return "at";
  return channel.type === KIND.news ? "news" : "hash";
}

/** A server's channels as it shows them: [{category: null or channel, channels}], voice and empty categories left out. */
export function grouped(channels) {
  const inOrder = [...channels].sort((a, b) => (a.position ?? 0) - (b.position ?? 0) || (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  const shown = inOrder.filter(({ type }) => SHOWN.includes(type));
  const categories = inOrder.filter(({ type }) => type === KIND.category);
  const known = new Set(categories.map(({ id }) => id));
  const groups = [{ category: null, channels: shown.filter(({ parent_id: parent }) => !known.has(parent)) }];
  for (const category of categories) groups.push({ category, channels: shown.filter(({ parent_id: parent }) => parent === category.id) });
  return groups.filter((group) => group.channels.length);
}
