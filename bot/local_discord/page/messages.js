// The messages of the channel one looks at. It keeps the rows in step with the store and the scroll where the
// person left it: at the bottom when they were at the bottom, otherwise on the very line they were reading.

import { displayName, el, fill } from "./dom.js";
import { channelTop } from "./channel_top.js";
import { longPress } from "./menu.js";
import { continues, MessageRow } from "./message.js";
import { excerpt, isSystem } from "./message_parts.js";
import { messageKey } from "./message_keys.js";
import { anchorIn, hold } from "./scroll_anchor.js";
import { compareIds } from "./snowflakes.js";
import { madeAt } from "./store.js";
import { sameDay } from "./times.js";
import { say } from "./words.js";

const NEAR_PX = 40;
const OLDER_AT_PX = 300;
const PAGE = 50;
const MOST = 100;
const MOST_PAGES = 20;

export class MessageLog {
  /** `context` is that of MessageRow, without what this log itself provides; `api` reads history. */
  constructor({ store, api, context }) {
    Object.assign(this, { store, api });
    this.context = { ...context, jump: (id) => this.jump(id) };
    this.rows = new Map();
    this.newest = "0";
    this.pinned = true;
    this.lastTop = 0;
    this.top = el("li", { class: "channel-top" });
    this.list = el("ol", { class: "message-list" });
    this.scroller = el("div", { class: "log", role: "log", tabindex: "0", "aria-live": "off", onscroll: () => this.#scrolled(), onkeydown: (event) => this.#key(event) }, this.list);
    this.spoken = el("p", { class: "spoken", "aria-live": "polite" }); // new messages alone: a text that grows would be read out at every edit
    this.jumpBar = el("button", { type: "button", class: "jump-bar", onclick: () => this.toBottom() });
    this.jumpBar.hidden = true;
    this.root = el("div", { class: "log-frame" }, this.scroller, this.jumpBar, this.spoken);
    longPress(this.list, (event) => this.#rowOf(event.target)?.openMenu(event));
    // Pictures and previews come late: what one looks at stays where it is, or at the bottom.
    const settle = new ResizeObserver(() => (this.pinned ? this.toBottom() : hold(this.scroller, this.anchor)));
    settle.observe(this.list);
    settle.observe(this.scroller);
    document.addEventListener("visibilitychange", () => this.#read());
    window.addEventListener("focus", () => this.#read());
    store.on("messages", (channelId) => channelId === this.channelId && this.sync());
    store.on("members", () => this.sync({ force: true }));
  }

  /** Look at another channel (or at the same one anew). */
  async show(channelId, { keepPlace = false } = {}) {
    if (this.channelId !== channelId || !keepPlace) {
      this.#clear();
      this.pinned = true;
      this.unreadAfter = this.store.isUnread(channelId) ? this.store.marks.markOf(channelId) : null;
    }
    this.channelId = channelId;
    this.jumpBar.hidden = true;
    this.scroller.setAttribute("aria-label", say("messages.label", this.store.channels.get(channelId)?.name ?? ""));
    if (this.store.history(channelId).loaded) this.sync();
    else await this.#load();
  }

  /** Bring the rows in step; `force` redraws those whose author may have changed. */
  sync({ force = false } = {}) {
    if (!this.channelId || !this.store.history(this.channelId).loaded) return;
    const anchor = this.pinned ? null : anchorIn(this.scroller, this.list);
    const messages = this.store.messagesIn(this.channelId);
    const present = new Set(messages.map(({ id }) => id));
    for (const [id, row] of this.rows) if (!present.has(id)) this.#drop(id, row);
    this.list.querySelector(".loading")?.remove();
    this.#drawTop();
    let last = this.top;
    messages.forEach((message, at) => {
      const row = this.#row(message, force);
      this.#place(row, messages[at - 1]);
      if (last.nextSibling !== row.root) last.after(row.root);
      last = row.root;
    });
    if (this.pinned) this.toBottom();
    else hold(this.scroller, anchor);
    this.shown = true;
    this.anchor = anchorIn(this.scroller, this.list);
    this.#read();
  }

  toBottom() {
    this.pinned = true;
    this.jumpBar.hidden = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.lastTop = this.scroller.scrollTop;
  }

  /** Bring a message into sight, reading back as far as it takes. */
  async jump(id) {
    const channelId = this.channelId;
    const reads = () => !this.rows.has(id) && !this.store.history(channelId).complete && this.channelId === channelId;
    for (let pages = 0; pages < MOST_PAGES && reads(); pages += 1) {
      const oldest = this.#oldest();
      if (!oldest || this.loading) break;
      this.pinned = false;
      await this.#load(oldest);
    }
    const row = this.rows.get(id);
    if (!row) return;
    this.pinned = false;
    row.root.scrollIntoView({ block: "center" });
    row.flash();
  }

  /** Draw everything anew, as after a change of language. */
  redraw() {
    this.#clear();
    this.sync();
  }

  #clear() {
    this.rows.clear();
    this.shown = false;
    this.newest = "0";
    this.list.replaceChildren();
  }

  #row(message, force) {
    const present = this.rows.get(message.id);
    if (!present) {
      const row = new MessageRow(message, this.context);
      this.rows.set(message.id, row);
      const own = message.local || message.author.id === this.store.me.id;
      const newest = compareIds(message.id, this.newest) > 0;
      if (newest) this.newest = message.id;
      if (own && newest && this.list.children.length > 1) this.pinned = true;
      else if (!this.pinned && newest) this.#announce(say("jump.new"));
      if (newest && this.shown && !own && !isSystem(message)) this.#speak(message);
      return row;
    }
    if (force || present.given !== message) present.update(message);
    return present;
  }

  #place(row, before) {
    const { message } = row;
    const day = !before || !sameDay(madeAt(before), madeAt(message));
    const unread = Boolean(this.unreadAfter && compareIds(message.id, this.unreadAfter) > 0
      && (!before || compareIds(before.id, this.unreadAfter) <= 0));
    row.place({ continued: !day && !unread && continues(message, before), day, unread });
  }

  #drop(id, row) {
    row.root.remove();
    this.rows.delete(id);
  }

  #drawTop() {
    if (this.top.parentNode !== this.list) this.list.prepend(this.top);
    const channel = this.store.channels.get(this.channelId);
    const { complete } = this.store.history(this.channelId);
    this.top.hidden = !complete || !channel;
    if (this.top.hidden) return;
    fill(this.top, channelTop(channel, this.store));
  }

  async #load(before = null) {
    const channelId = this.channelId;
    if (this.loading) return;
    this.loading = true;
    if (!before && !this.rows.size) fill(this.list, el("li", { class: "loading" }, say("message.loading")));
    try {
      const limit = Math.min(MOST, Math.max(PAGE, before ? 0 : this.rows.size)); // as much as was on screen before
      const page = await this.api().messages(channelId, { before, limit });
      this.store.addHistory(channelId, page, { complete: page.length < limit });
    } catch (error) {
      if (!before && !this.rows.size) {
        fill(this.list, el("li", { class: "loading" }, error.message, " ",
          el("button", { type: "button", class: "link-button", onclick: () => this.#load() }, say("action.retry"))));
      }
    } finally {
      this.loading = false;
    }
    if (this.channelId !== channelId) await this.show(this.channelId);
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const up = scrollTop < this.lastTop;
    this.lastTop = scrollTop;
    if (scrollHeight - clientHeight - scrollTop < NEAR_PX) this.pinned = true;
    else if (up) this.pinned = false; // else the list grew meanwhile, and the bottom is where one still is
    this.anchor = anchorIn(this.scroller, this.list);
    if (this.pinned) {
      this.jumpBar.hidden = true;
      this.#read();
    } else if (this.jumpBar.hidden && scrollHeight - clientHeight - scrollTop > clientHeight) this.#announce(say("jump"));
    const known = this.channelId && this.store.history(this.channelId);
    if (scrollTop < OLDER_AT_PX && known?.loaded && !known.complete && !this.loading) {
      const oldest = this.#oldest();
      if (oldest) this.#load(oldest);
    }
  }

  #oldest = () => this.store.messagesIn(this.channelId).find((message) => !message.local)?.id;

  #speak(message) {
    const author = displayName(this.store.user(message.author.id) ?? message.author);
    this.spoken.textContent = say("message.by", author, excerpt(message, this.context.names).slice(0, 200));
  }

  #announce(words) {
    this.jumpBar.textContent = words;
    this.jumpBar.hidden = false;
  }

  #read() {
    if (this.channelId && this.pinned && document.visibilityState === "visible" && document.hasFocus()) {
      this.store.markRead(this.channelId);
    }
  }

  /** Change one's own last message, if it is among those on screen. */
  editLast() {
    const last = [...this.rows.values()].sort((a, b) => compareIds(b.message.id, a.message.id)).find((row) => row.editable);
    last?.edit();
    return Boolean(last);
  }

  #rowOf = (node) => this.rows.get(node.closest?.(".message")?.dataset.id);

  /** Arrow keys go from message to message; other keys do what the message's menu offers. */
  #key(event) {
    const row = event.target === this.scroller ? null : this.#rowOf(event.target);
    const onRow = row && event.target === row.root;
    const rows = [...this.list.querySelectorAll(".message")];
    const to = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.target === this.scroller && to) rows[rows.length - 1]?.focus();
    else if (onRow && to) rows[rows.indexOf(row.root) + to]?.focus();
    else if (onRow && event.key === "Home") rows[0].focus();
    else if (onRow && event.key === "End") rows[rows.length - 1].focus();
    else if (!row || !messageKey(event, row, onRow)) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
