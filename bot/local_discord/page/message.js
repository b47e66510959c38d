// One message on screen. A row is made once and then only changed where the message changed: each part
// remembers what it was drawn from, so a text that grows word by word neither flickers nor moves what is
// around it, and a pressed button keeps its focus.

import { attachment, embed } from "./embeds.js";
import { components } from "./components.js";
import { avatar, displayName, el, fill, icon, inRoleColour, patchChildren } from "./dom.js";
import { markdown, markdownLine } from "./markdown.js";
import { madeAt } from "./store.js";
import { clockTime, fullTime, headerTime, longDay } from "./times.js";
import { getLocale, say } from "./words.js";

const FLAG = { ephemeral: 64, loading: 128 };
const TYPE = { pinned: 6, thread: 18, starter: 21 };
const PARTS = ["day", "context", "gutter", "head", "content", "embeds", "files", "components", "foot", "toolbar"];

export class MessageRow {
  /** `context` is {store, names, press, openThread, openPins, dismiss, menu, reply, jump}. */
  constructor(message, context) {
    this.context = context;
    this.drawn = new Map();
    this.failure = null;
    this.parts = Object.fromEntries(PARTS.map((name) => [name, el("div", { class: name })]));
    this.parts.content.classList.add("markup");
    const { day, context: above, gutter, toolbar, ...body } = this.parts;
    this.root = el("li", { class: "message", tabindex: "-1", dataset: { id: message.id }, oncontextmenu: (event) => this.#menu(event) },
      day, above, gutter, el("div", { class: "body" }, Object.values(body)), toolbar);
    this.update(message);
  }

  update(given) {
    const message = shown(given);
    this.message = message;
    this.given = given;
    const { root } = this;
    root.classList.toggle("ephemeral", Boolean(message.flags & FLAG.ephemeral));
    root.classList.toggle("mentioned", (message.mentions ?? []).some(({ id }) => id === this.context.store.me.id));
    root.classList.toggle("system", isSystem(message));
    const author = this.context.store.user(message.author.id) ?? message.author;
    const colour = this.context.store.roleColour(author.id);
    const language = getLocale();
    this.#draw("context", [language, message.interaction_metadata, message.referenced_message, message.message_reference], () => above(message, this.context));
    this.#draw("gutter", [language, author, isSystem(message), message.type], () => gutter(message, author));
    this.#draw("head", [language, author, colour, message.timestamp, isSystem(message)], () => head(message, author, colour));
    this.#content(message);
    this.#patch("embeds", [language, message.embeds], () => (message.embeds ?? []).map((card) => embed(card, this.context.names)));
    this.#draw("files", [language, message.attachments], () => (message.attachments ?? []).map(attachment));
    this.#components(message);
    this.#foot(message);
    this.#draw("toolbar", [language, Boolean(message.local)], () => this.#toolbar(message));
  }

  /** Where the row stands: `continued` hides the head, `day` and `unread` draw lines above it. */
  place({ continued, day, unread }) {
    this.root.classList.toggle("continued", continued);
    this.root.classList.toggle("first-unread", unread);
    this.#draw("day", [getLocale(), day, unread], () => (day || unread
      ? el("div", { class: "line", role: "separator" }, el("span", {}, day ? longDay(madeAt(this.message)) : ""), unread && el("b", {}, say("message.new")))
      : null));
  }

  /** Say under the message that a press came to nothing (null takes it back). */
  fail(reason) {
    this.failure = reason;
    this.#foot(this.message);
  }

  flash() {
    this.root.classList.remove("flash");
    requestAnimationFrame(() => this.root.classList.add("flash"));
  }

  #content(message) {
    const names = this.context.names;
    const build = () => {
      if (isSystem(message)) return systemText(message, this.context);
      if (message.local) return localText(message);
      if (message.flags & FLAG.loading) return thinking(message.author);
      const nodes = markdown(message.content, names);
      const edited = message.edited_timestamp && message.content
        && el("time", { class: "edited", title: fullTime(Date.parse(message.edited_timestamp)), datetime: message.edited_timestamp }, say("message.edited"));
      return [...nodes, edited && " ", edited];
    };
    const loading = Boolean(message.flags & FLAG.loading);
    this.#patch("content", [getLocale(), message.content, message.edited_timestamp, loading, message.state, message.reason, message.thread], build);
  }

  #components(message) {
    const presses = () => [...this.parts.components.querySelectorAll("[data-custom-id]")];
    const at = presses().indexOf(document.activeElement);
    const changed = this.#draw("components", [getLocale(), message.components], () => components(message.components, {
      names: this.context.names, store: this.context.store,
      press: (component, values) => this.context.press(this, component, values),
    }));
    // A custom id often carries a revision, so the focus goes to what now stands in the same place.
    if (changed && at !== -1) presses()[at]?.focus({ preventScroll: true });
  }

  #foot(message) {
    const private_ = Boolean(message.flags & FLAG.ephemeral) && message.state !== "sending";
    this.#draw("foot", [getLocale(), private_, message.thread, this.failure], () => [
      message.thread && message.type !== TYPE.thread && threadCard(message.thread, this.context),
      this.failure && el("p", { class: "failure", role: "alert" }, icon("error"), this.failure),
      private_ && el("p", { class: "private" }, icon("eye"), say("message.ephemeral"), " · ",
        el("button", { type: "button", class: "link-button", onclick: () => this.context.dismiss(this.message) }, say("action.dismiss"))),
    ]);
  }

  #toolbar(message) {
    if (message.local) return null;
    const button = (name, label, action) => el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: action }, icon(name));
    return el("div", { class: "toolbar-box" },
      !(message.flags & FLAG.ephemeral) && button("reply", say("reply"), () => this.context.reply(this.message)),
      button("more", say("menu.more"), (event) => this.#menu(event)));
  }

  #menu(event) {
    if (this.message.local || event.target.closest?.("a")) return;
    event.preventDefault();
    this.context.menu(this.message, event, this);
  }

  #draw(name, from, build) {
    return this.#changed(name, from) && (fill(this.parts[name], [build()]), true);
  }

  #patch(name, from, build) {
    return this.#changed(name, from) && (patchChildren(this.parts[name], [build()]), true);
  }

  #changed(name, from) {
    const key = JSON.stringify(from);
    if (this.drawn.get(name) === key) return false;
    this.drawn.set(name, key);
    return true;
  }
}

/** Whether two neighbours are drawn as one block: the same author, within seven minutes, nothing between. */
export function continues(message, before) {
  const plain = !message.message_reference && !message.interaction_metadata && !isSystem(message);
  const samePrivacy = before && (message.flags & FLAG.ephemeral) === (before.flags & FLAG.ephemeral);
  return Boolean(plain && samePrivacy && !isSystem(before) && before.author.id === message.author.id && madeAt(message) - madeAt(before) < 420000);
}

/** The first message of a thread stands for the one the thread was started from; that one is drawn. */
const shown = (message) => (message.type === TYPE.starter && message.referenced_message
  ? { ...message.referenced_message, id: message.id, channel_id: message.channel_id, components: [], thread: null }
  : message);

const isSystem = (message) => message.type === TYPE.pinned || message.type === TYPE.thread;

function above(message, { store, names, jump }) {
  const interaction = message.interaction_metadata ?? message.interaction;
  if (interaction?.user && (interaction.name || interaction.type === 2)) {
    const user = store.user(interaction.user.id) ?? interaction.user;
    return el("div", { class: "above" }, avatar(user, "mini"), coloured(user, store), ` ${say("command.by")} `,
      el("span", { class: "mention" }, message.type === 23 ? "" : "/", interaction.name ?? ""));
  }
  if (message.type !== 19 || !message.message_reference) return null;
  const to = message.referenced_message;
  if (!to) return el("div", { class: "above" }, el("em", {}, say("message.deleted")));
  const author = store.user(to.author.id) ?? to.author;
  return el("button", { type: "button", class: "above", onclick: () => jump(to.id) }, avatar(author, "mini"), coloured(author, store),
    el("span", { class: "excerpt" }, excerpt(to, names)));
}

const coloured = (user, store) => inRoleColour(el("b", { class: "author" }, displayName(user)), store.roleColour(user.id));

/** One line of a message without its Markdown; what is behind a spoiler stays there. */
function excerpt(message, names) {
  const hidden = message.content.replace(/\|\|[^]+?\|\|/g, "▇▇▇").split("\n").join(" ");
  return el("span", {}, markdownLine(hidden, names)).textContent || message.embeds?.[0]?.title || "…";
}

function gutter(message, author) {
  const at = madeAt(message);
  const hover = el("time", { class: "hover-time", datetime: message.timestamp, title: fullTime(at) }, clockTime(at));
  if (isSystem(message)) return icon(message.type === TYPE.pinned ? "pin" : "thread");
  return [avatar(author), hover];
}

function head(message, author, colour) {
  if (isSystem(message)) return null;
  const at = madeAt(message);
  const name = inRoleColour(el("h3", { class: "author" }, displayName(author)), colour);
  return [name, author.bot && badge(), el("time", { datetime: message.timestamp, title: fullTime(at) }, headerTime(at))];
}

export const badge = () => el("span", { class: "badge" }, say("badge.app"));

const thinking = (author) => el("span", { class: "thinking" },
  el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), say("message.thinking", displayName(author)));

const localText = (message) => (message.state === "sending"
  ? el("span", { class: "sending" }, say("command.sending"))
  : el("span", { class: "failure" }, icon("error"), message.reason));

function systemText(message, { store, openThread, openPins }) {
  const who = displayName(store.user(message.author.id) ?? message.author);
  const time = el("time", { datetime: message.timestamp }, headerTime(madeAt(message)));
  if (message.type === TYPE.pinned) {
    return [say("message.pinned", who), " ", el("button", { type: "button", class: "link-button", onclick: openPins }, say("message.pins.see")), " ", time];
  }
  const thread = message.thread?.id ?? message.message_reference?.channel_id;
  const see = thread && el("button", { type: "button", class: "link-button", onclick: () => openThread(thread) }, say("message.thread.see"));
  return [say("message.thread", who, message.thread?.name ?? message.content), " ", see, " ", time];
}

function threadCard(thread, { openThread }) {
  return el("button", { type: "button", class: "thread-card", onclick: () => openThread(thread.id) },
    el("span", { class: "thread-name" }, icon("thread"), thread.name), el("span", { class: "see" }, `${say("message.thread.see")} ›`));
}
