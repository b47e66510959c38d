// The messages of the channel one looks at. It keeps the rows in step with the store and the scroll where the
// person left it: at the bottom when they were at the bottom, otherwise on the very line they were reading.

import { el, fill } from "./dom.js";
import { continues, MessageRow } from "./message.js";
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
    this.context = { ...context, press: (...press) => this.#press(context.press, ...press), jump: (id) => this.jump(id) };
    this.rows = new Map();
    this.newest = "0";
    this.pinned = true;
    this.top = el("li", { class: "channel-top" });
    this.list = el("ol", { class: "message-list" });
    this.scroller = el("div", { class: "log", role: "log", tabindex: "0", "aria-live": "polite", onscroll: () => this.#scrolled(), onkeydown: (event) => this.#walk(event) }, this.list);
    this.jumpBar = el("button", { type: "button", class: "jump-bar", onclick: () => this.toBottom() });
    this.jumpBar.hidden = true;
    this.root = el("div", { class: "log-frame" }, this.scroller, this.jumpBar);
    new ResizeObserver(() => this.pinned && this.toBottom()).observe(this.list);
    new ResizeObserver(() => this.pinned && this.toBottom()).observe(this.scroller);
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
    const anchor = this.pinned ? null : this.#anchor();
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
    else this.#hold(anchor);
    this.#read();
  }

  toBottom() {
    this.pinned = true;
    this.jumpBar.hidden = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
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
    const thread = Boolean(channel.thread_metadata);
    fill(this.top, el("span", { class: "channel-top-mark", "aria-hidden": "true" }, thread ? "✦" : "#"),
      el("h2", {}, thread ? channel.name : say("channel.top", `#${channel.name}`)),
      el("p", {}, thread ? say("channel.top.thread") : say("channel.top.text", `#${channel.name}`)));
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
    this.pinned = scrollHeight - clientHeight - scrollTop < NEAR_PX;
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

  #announce(words) {
    this.jumpBar.textContent = words;
    this.jumpBar.hidden = false;
  }

  /** The first row in sight and where it stands, so that what happens above does not move it. */
  #anchor() {
    const top = this.scroller.getBoundingClientRect().top;
    for (const row of this.list.children) {
      const box = row.getBoundingClientRect();
      if (box.bottom > top && row.dataset.id) return { row, at: box.top };
    }
    return null;
  }

  #hold(anchor) {
    if (!anchor?.row.isConnected) return;
    this.scroller.scrollTop += anchor.row.getBoundingClientRect().top - anchor.at;
  }

  #read() {
    if (this.channelId && this.pinned && document.visibilityState === "visible" && document.hasFocus()) {
      this.store.markRead(this.channelId);
    }
  }

  /** Arrow keys go from message to message; Tab then reaches what the message offers. */
  #walk(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target === this.scroller ? null : event.target;
    if (!by || (row && !row.matches(".message"))) return;
    const rows = [...this.list.querySelectorAll(".message")];
    rows[row ? rows.indexOf(row) + by : rows.length - 1]?.focus();
    event.preventDefault();
  }

  async #press(send, row, component, values) {
    row.fail(null);
    const outcome = await send(row.message, component, values);
    if (!outcome.ok) row.fail(outcome.refused ? outcome.message : say("interaction.failed"));
    return outcome.ok;
  }
}
