// The parts of a message around its text: what stands above it, its author and time, and the sentences of those that
// have no text of their own (pins, threads, members, closed polls). Each gives nodes; when to redraw is message.js's.

import { avatar, displayName, el, icon, inRoleColour } from "./dom.js";
import { attachments } from "./attachments.js";
import { embed } from "./embeds.js";
import { markdown, markdownLine } from "./markdown.js";
import { pollResult } from "./polls.js";
import { madeAt } from "./store.js";
import { clockTime, fullTime, headerTime } from "./times.js";
import { say } from "./words.js";

export const FLAG = { noEmbeds: 4, ephemeral: 64, loading: 128, v2: 32768 };
export const TYPE = { added: 1, removed: 2, renamed: 4, pinned: 6, joined: 7, thread: 18, reply: 19, starter: 21, poll: 46 };
export const FORWARD = 1;

const SYSTEM_ICONS = {
  [TYPE.added]: "people", [TYPE.removed]: "people", [TYPE.renamed]: "edit", [TYPE.pinned]: "pin", [TYPE.joined]: "people",
  [TYPE.thread]: "thread", [TYPE.poll]: "poll",
};

export const isSystem = (message) => message.type in SYSTEM_ICONS;
export const isForward = (message) => message.message_reference?.type === FORWARD && Boolean(message.message_snapshots?.length);
export const badge = () => el("span", { class: "badge" }, say("badge.app"));

/** What this message answers: a command, or another message. */
export function above(message, { store, names, jump }) {
  const interaction = message.interaction_metadata ?? message.interaction;
  if (interaction?.user && (interaction.name || interaction.type === 2)) {
    const user = store.user(interaction.user.id) ?? interaction.user;
    return el("div", { class: "above" }, avatar(user, "mini"), coloured(user, store), ` ${say("command.by")} `,
      el("span", { class: "mention" }, message.type === 23 ? "" : "/", interaction.name ?? ""));
  }
  if (message.type !== TYPE.reply || !message.message_reference) return null;
  const to = message.referenced_message;
  if (!to) return el("div", { class: "above" }, el("em", {}, say("message.deleted")));
  const author = store.user(to.author.id) ?? to.author;
  return el("button", { type: "button", class: "above", onclick: () => jump(to.id) }, avatar(author, "mini"), coloured(author, store),
    el("span", { class: "excerpt" }, excerpt(to, names)));
}

export function gutter(message, author) {
  const at = madeAt(message);
  const hover = el("time", { class: "hover-time", datetime: message.timestamp, title: fullTime(at) }, clockTime(at));
  if (isSystem(message)) return icon(SYSTEM_ICONS[message.type]);
  const face = avatar(author);
  face.dataset.user = author.id;
  return [face, hover];
}

export function head(message, author, colour) {
  if (isSystem(message)) return null;
  const at = madeAt(message);
  const name = el("button", { type: "button", class: "name", dataset: { user: author.id } }, displayName(author));
  return [el("h3", { class: "author" }, inRoleColour(name, colour)), author.bot && badge(),
    el("time", { datetime: message.timestamp, title: fullTime(at) }, headerTime(at))];
}

export const thinking = (author) => el("span", { class: "thinking" },
  el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), say("message.thinking", displayName(author)));

export const localText = (message) => (message.state === "sending"
  ? el("span", { class: "sending" }, say("command.sending"))
  : el("span", { class: "failure" }, icon("error"), message.reason));

/** The sentence of a message that the system wrote. */
export function systemText(message, context) {
  const { store } = context;
  const who = displayName(store.user(message.author.id) ?? message.author);
  const whom = displayName(store.user(message.mentions?.[0]?.id) ?? message.mentions?.[0]);
  const time = el("time", { datetime: message.timestamp }, headerTime(madeAt(message)));
  const link = (words, action) => el("button", { type: "button", class: "link-button", onclick: action }, words);
  const left = message.type === TYPE.removed && message.mentions?.[0]?.id === message.author.id;
  const texts = {
    [TYPE.added]: () => [say("message.member.add", who, whom)],
    [TYPE.removed]: () => [left ? say("message.member.left", who) : say("message.member.remove", who, whom)],
    [TYPE.renamed]: () => [say("message.mark", who, message.content)],
    [TYPE.pinned]: () => [say("message.pinned", who), " ", link(say("message.pins.see"), context.openPins)],
    [TYPE.joined]: () => [say("message.joined", who)],
    [TYPE.thread]: () => threadStarted(message, who, context, link),
    [TYPE.poll]: () => [say("message.poll", who, message.embeds?.[0]?.fields?.find(({ name }) => name === "poll_question_text")?.value ?? "")],
  };
  const card = message.type === TYPE.poll && pollResult(message.embeds?.[0], () => context.jump(message.message_reference?.message_id));
  return [texts[message.type](), " ", time, card];
}

/** The message that was forwarded, as it was then. */
export function forwarded(message, { names, store, goTo }) {
  const { message: was } = message.message_snapshots[0];
  const { channel_id: channelId, message_id: messageId } = message.message_reference;
  const channel = store.channels.get(channelId);
  return el("blockquote", { class: "forwarded" }, el("p", { class: "forwarded-from" }, icon("forward"), say("forward.from")),
    el("div", { class: "markup" }, markdown(was.content, names)), (was.embeds ?? []).map((card) => embed(card, names)),
    attachments(was.attachments ?? []),
    channel && goTo && el("button", { type: "button", class: "link-button", onclick: () => goTo(channelId, messageId) }, `${store.titleOf(channel)} ›`));
}

export function threadCard(thread, { openThread }) {
  return el("button", { type: "button", class: "thread-card", onclick: () => openThread(thread.id) },
    el("span", { class: "thread-name" }, icon("thread"), thread.name), el("span", { class: "see" }, `${say("message.thread.see")} ›`));
}

/** One line of a message without its Markdown; what is behind a spoiler stays there. */
export function excerpt(message, names) {
  const hidden = (message.content || textOf(message.components)).replace(/\|\|[^]+?\|\|/g, "▇▇▇").split("\n").join(" ");
  return el("span", {}, markdownLine(hidden, names)).textContent || message.embeds?.[0]?.title || message.poll?.question.text
    || message.attachments?.[0]?.filename || "…";
}

const coloured = (user, store) => inRoleColour(el("b", { class: "author" }, displayName(user)), store.roleColour(user.id));

function threadStarted(message, who, { openThread }, link) {
  const thread = message.thread?.id ?? message.message_reference?.channel_id;
  return [say("message.thread", who, message.thread?.name ?? message.content), " ", thread && link(say("message.thread.see"), () => openThread(thread))];
}

/** The words in the text displays of Components V2, at any depth. */
export const textOf = (components) => (components ?? []).map((component) => component.content ?? textOf(component.components)).filter(Boolean).join("\n");
