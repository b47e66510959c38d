// One message on screen. A row is made once and then only changed where the message changed: each part
// remembers what it was drawn from, so a text that grows word by word neither flickers nor moves what is
// around it, and a pressed button keeps its focus.

import { attachments } from "./attachments.js";
import { drawComponents } from "./components.js";
import { el, fill, icon, patchChildren } from "./dom.js";
import { embed } from "./embeds.js";
import { onlyEmoji } from "./emoji.js";
import { openEmojiPicker } from "./emoji_picker.js";
import { markdown } from "./markdown.js";
import { editBox } from "./message_edit.js";
import { above, badge, FLAG, forwarded, gutter, head, isForward, isSystem, localText, systemText, thinking, threadCard, TYPE } from "./message_parts.js";
import { PollCard } from "./polls.js";
import { ReactionBar } from "./reactions.js";
import { madeAt } from "./store.js";
import { fullTime, longDay } from "./times.js";
import { getLocale, say } from "./words.js";

export { badge };

const GROUP_MS = 420000;
const PARTS = ["day", "context", "gutter", "head", "content", "editor", "forward", "embeds", "files", "ballot", "components", "marks", "foot", "toolbar"];

export class MessageRow {
  /** `context` is {store, names, api, press, openThread, openPins, openUser, dismiss, menu, userMenu, reply, jump, goTo}. */
  constructor(message, context) {
    this.context = context;
    this.drawn = new Map();
    this.failure = null;
    this.parts = Object.fromEntries(PARTS.map((name) => [name, el("div", { class: name })]));
    this.parts.content.classList.add("markup");
    const { day, context: aboveIt, gutter: side, toolbar, ...body } = this.parts;
    this.root = el("li", { class: "message", tabindex: "-1", dataset: { id: message.id }, oncontextmenu: (event) => this.openMenu(event), onclick: (event) => this.#click(event) },
      day, aboveIt, side, el("div", { class: "body" }, Object.values(body)), toolbar);
    this.update(message);
  }

  update(given) {
    const message = shown(given);
    this.message = message;
    this.given = given;
    const { root } = this;
    const system = isSystem(message);
    root.classList.toggle("ephemeral", Boolean(message.flags & FLAG.ephemeral));
    root.classList.toggle("mentioned", mentions(message, this.context.store));
    root.classList.toggle("system", system);
    const author = this.context.store.user(message.author.id) ?? message.author;
    const colour = this.context.store.roleColour(author.id);
    const language = getLocale();
    this.#draw("context", [language, message.interaction_metadata, message.referenced_message, message.message_reference], () => above(message, this.context));
    this.#draw("gutter", [language, author, system, message.type], () => gutter(message, author));
    this.#draw("head", [language, author, colour, message.timestamp, system], () => head(message, author, colour));
    this.#content(message);
    this.#draw("forward", [language, message.message_snapshots], () => isForward(message) && forwarded(message, this.context));
    this.#patch("embeds", [language, message.embeds, system, message.flags], () => (system || message.flags & FLAG.noEmbeds ? [] : message.embeds ?? []).map((card) => embed(card, this.context.names)));
    this.#draw("files", [language, message.attachments, message.flags & FLAG.v2], () => (message.flags & FLAG.v2 ? null : attachments(message.attachments ?? [])));
    this.#poll(message);
    this.#components(message);
    this.#reactions(message);
    this.#foot(message);
    this.#draw("toolbar", [language, Boolean(message.local), author.id], () => this.#toolbar(message));
  }

  /** Where the row stands: `continued` hides the head, `day` and `unread` draw lines above it. */
  place({ continued, day, unread }) {
    this.root.classList.toggle("continued", continued);
    this.root.classList.toggle("first-unread", unread);
    this.#draw("day", [getLocale(), day, unread], () => (day || unread
      ? el("div", { class: "line", role: "separator" }, el("span", {}, day ? longDay(madeAt(this.message)) : ""), unread && el("b", {}, say("message.new")))
      : null));
  }

  /** Say under the message that something came to nothing (null takes it back). */
  fail(reason) {
    this.failure = reason;
    this.#foot(this.message);
  }

  flash() {
    this.root.classList.remove("flash");
    requestAnimationFrame(() => this.root.classList.add("flash"));
  }

  get editable() {
    const { message, context } = this;
    return !message.local && !isSystem(message) && !(message.flags & FLAG.ephemeral) && !message.poll && !isForward(message) && message.author.id === context.store.me.id;
  }

  /** Turn the text into a box to change it in. */
  edit() {
    if (!this.editable || this.parts.editor.firstChild) return;
    const end = () => {
      fill(this.parts.editor);
      this.root.classList.remove("editing");
      this.root.focus({ preventScroll: true });
    };
    const save = async (content) => {
      if (content !== this.message.content) await this.context.api().edit(this.message.channel_id, this.message.id, content);
      end();
    };
    const box = editBox(this.message, { store: this.context.store, save, cancel: end, remove: () => this.context.dismiss(this.message) });
    fill(this.parts.editor, box.root);
    this.root.classList.add("editing");
    box.focus();
  }

  /** The menu of this message, or of the person whose name or face was meant. */
  openMenu(event) {
    if (this.message.local || event.target.closest?.("a, input, textarea")) return;
    event.preventDefault?.();
    const user = event.target.closest?.("[data-user]");
    if (user) this.context.userMenu(user.dataset.user, event, this.message.channel_id);
    else this.context.menu(this, event);
  }

  /** Choose an emoji beside `anchor` and react with it. */
  pickReaction(anchor) {
    openEmojiPicker(anchor, (character) => this.react(character, true));
  }

  async react(key, on) {
    const { channel_id: channel, id } = this.message;
    try {
      await (on ? this.context.api().react(channel, id, key) : this.context.api().unreact(channel, id, key));
      this.fail(null);
    } catch (error) {
      this.fail(say("reaction.failed", error.message));
    }
  }

  #content(message) {
    const build = () => {
      if (isSystem(message)) return systemText(message, this.context);
      if (message.local) return localText(message);
      if (message.flags & FLAG.loading) return thinking(message.author);
      const edited = message.edited_timestamp && !isForward(message)
        && el("time", { class: "edited", title: fullTime(Date.parse(message.edited_timestamp)), datetime: message.edited_timestamp }, say("message.edited"));
      return [...markdown(message.content, this.context.names), edited && " ", edited];
    };
    const { content } = this.parts;
    const open = [...content.querySelectorAll(".spoiler")].map((node) => node.classList.contains("shown"));
    const loading = Boolean(message.flags & FLAG.loading);
    const drawn = this.#patch("content", [getLocale(), message.content, message.edited_timestamp, loading, message.state, message.reason, message.thread, message.embeds?.[0]?.type], build);
    if (!drawn) return;
    content.classList.toggle("jumbo", onlyEmoji(message.content ?? ""));
    content.querySelectorAll(".spoiler").forEach((node, at) => open[at] && !node.classList.contains("shown") && node.click()); // what was uncovered stays so
  }

  #components(message) {
    if (!this.#changed("components", [getLocale(), message.components])) return;
    const presses = () => [...this.parts.components.querySelectorAll("[data-custom-id]")];
    const at = presses().indexOf(document.activeElement);
    drawComponents(this.parts.components, message.components, {
      names: this.context.names, store: this.context.store, failed: (reason) => this.fail(reason),
      press: (component, values) => this.context.press(this.message, component, values),
    });
    // A custom id often carries a revision, so the focus goes to what now stands in the same place.
    if (at !== -1 && !presses().includes(document.activeElement)) presses()[at]?.focus({ preventScroll: true });
  }

  #poll(message) {
    if (!message.poll || !this.#changed("ballot", [getLocale(), message.poll])) return;
    const { channel_id: channel, id } = message;
    this.pollCard ??= new PollCard({
      names: this.context.names, vote: (answers) => this.context.api().vote(channel, id, answers),
      voters: async (answer) => (await this.context.api().voters(channel, id, answer)).users,
    });
    this.pollCard.update(message.poll);
    if (!this.parts.ballot.firstChild) this.parts.ballot.append(this.pollCard.root);
  }

  #reactions(message) {
    if (!message.reactions || !this.#changed("marks", [getLocale(), message.reactions])) return;
    const { channel_id: channel, id } = message;
    this.bar ??= new ReactionBar({
      toggle: (key, on) => this.react(key, on), who: (key) => this.context.api().reactors(channel, id, key), add: (event) => this.pickReaction(event.currentTarget),
    });
    this.bar.update(message.reactions);
    if (!message.reactions.length) this.bar.root.remove();
    else if (!this.parts.marks.firstChild) this.parts.marks.append(this.bar.root);
  }

  #foot(message) {
    const private_ = Boolean(message.flags & FLAG.ephemeral) && message.state !== "sending";
    this.#draw("foot", [getLocale(), private_, message.thread, this.failure], () => [
      message.thread && message.type !== TYPE.thread && message.thread.id !== message.channel_id && threadCard(message.thread, this.context),
      this.failure && el("p", { class: "failure", role: "alert" }, icon("error"), this.failure),
      private_ && el("p", { class: "private" }, icon("eye"), say("message.ephemeral"), " · ",
        el("button", { type: "button", class: "link-button", onclick: () => this.context.dismiss(this.message) }, say("action.dismiss"))),
    ]);
  }

  #toolbar(message) {
    if (message.local) return null;
    const button = (name, label, action) => el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: action }, icon(name));
    const ephemeral = message.flags & FLAG.ephemeral;
    return el("div", { class: "toolbar-box" },
      !ephemeral && button("smile", say("reaction.add"), (event) => this.pickReaction(event.currentTarget)),
      !ephemeral && this.editable && button("edit", say("menu.edit"), () => this.edit()),
      !ephemeral && !isSystem(message) && button("reply", say("reply"), () => this.context.reply(this.message)),
      button("more", say("menu.more"), (event) => this.openMenu(event)));
  }

  #click(event) {
    const user = event.target.closest("[data-user]:not(.mention)"); // those in texts are followed by the page
    if (user && event.target.closest(".message") === this.root) this.context.openUser(user.dataset.user, user);
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
  const plain = (!message.message_reference || isForward(message)) && !message.interaction_metadata && !isSystem(message);
  const samePrivacy = before && (message.flags & FLAG.ephemeral) === (before.flags & FLAG.ephemeral);
  return Boolean(plain && samePrivacy && !isSystem(before) && before.author.id === message.author.id && madeAt(message) - madeAt(before) < GROUP_MS);
}

/** The first message of a thread stands for the one the thread was started from; that one is drawn. */
const shown = (message) => (message.type === TYPE.starter && message.referenced_message
  ? { ...message.referenced_message, id: message.id, channel_id: message.channel_id, components: [], reactions: undefined, thread: null }
  : message);

function mentions(message, store) {
  const roles = store.user(store.me.id)?.roles ?? [];
  return message.author.id !== store.me.id && (Boolean(message.mention_everyone) || (message.mentions ?? []).some(({ id }) => id === store.me.id)
    || (message.mention_roles ?? []).some((id) => roles.includes(id)));
}
