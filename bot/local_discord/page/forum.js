// A forum: its posts as cards, with a filter by tag, an order, and the button for a new post. Each card shows the
// post's first message, read once; opening a post is the page's.

import { avatar, displayName, el, fill, icon, inRoleColour } from "./dom.js";
import { markdownLine } from "./markdown.js";
import { compareIds, timeOf } from "./snowflakes.js";
import { headerTime } from "./times.js";
import { say } from "./words.js";

const AT_FIRST = 25;
const ORDERS = ["activity", "creation"];

export class Forum {
  constructor({ store, names, page }) {
    Object.assign(this, { store, names, page, firsts: new Map(), tags: new Set(), order: "activity", most: AT_FIRST });
    this.list = el("ul", { class: "posts", onclick: (event) => this.#press(event) });
    this.bar = el("div", { class: "forum-bar" });
    this.root = el("section", { class: "forum" }, this.bar, this.list);
    for (const topic of ["channels", "unread", "members", "access", "place"]) store.on(topic, () => this.#later());
    store.on("messages", (id) => this.#firstChanged(id));
  }

  show(channelId) {
    if (channelId !== this.channelId) Object.assign(this, { tags: new Set(), most: AT_FIRST, order: ORDERS[this.store.channels.get(channelId)?.default_sort_order ?? 0] ?? "activity" });
    this.channelId = channelId;
    this.firsts = new Map();
    this.root.setAttribute("aria-label", this.store.channels.get(channelId).name);
    return this.redraw();
  }

  redraw() {
    const forum = this.store.channels.get(this.channelId);
    if (!this.root.isConnected || !forum) return;
    this.#drawBar(forum);
    this.#drawList(forum);
  }

  /** Several topics fire for one frame: draw once. */
  #later() {
    if (!this.root.isConnected || this.soon) return;
    this.soon = requestAnimationFrame(() => {
      this.soon = null;
      this.redraw();
    });
  }

  #drawBar(forum) {
    const may = this.store.may(forum.id, "SEND_MESSAGES");
    const key = JSON.stringify([document.documentElement.lang, forum.available_tags, [...this.tags], this.order, may]);
    if (key === this.bar.dataset.key) return;
    this.bar.dataset.key = key;
    const focused = document.activeElement?.dataset?.key;
    const tag = ({ id, name, emoji_name: emoji }) => el("button", {
      type: "button", class: "tag", dataset: { key: id }, "aria-pressed": String(this.tags.has(id)), onclick: () => {
        if (!this.tags.delete(id)) this.tags.add(id);
        this.redraw();
      },
    }, emoji && `${emoji} `, name);
    const order = el("select", { class: "plain-select", "aria-label": say("forum.order"), onchange: ({ target }) => {
      this.order = target.value;
      this.redraw();
    } }, ORDERS.map((one) => el("option", { value: one, selected: one === this.order }, say(`forum.order.${one}`))));
    fill(this.bar, el("button", { type: "button", class: "button primary", dataset: { key: "new" }, disabled: !may, onclick: () => this.page.acts.post(forum.id) }, icon("plus"), el("span", { class: "label" }, say("post.new"))),
      el("div", { class: "forum-tags", role: "group", "aria-label": say("forum.filter") }, (forum.available_tags ?? []).map(tag)), order);
    if (focused) this.bar.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  #drawList(forum) {
    const latest = (post) => (this.order === "activity" ? post.last_message_id ?? post.id : post.id);
    const pinned = (post) => Boolean(post.flags & 2);
    const posts = this.store.threadsOf(forum.id).filter((post) => !this.tags.size || (post.applied_tags ?? []).some((id) => this.tags.has(id)))
      .sort((a, b) => Number(pinned(b)) - Number(pinned(a)) || Number(a.thread_metadata.archived) - Number(b.thread_metadata.archived) || compareIds(latest(b), latest(a)));
    const focused = this.list.contains(document.activeElement) && document.activeElement.dataset.post;
    const nodes = posts.slice(0, this.most).flatMap((post, at) => {
      const older = post.thread_metadata.archived && !posts[at - 1]?.thread_metadata.archived;
      return [older && el("li", { class: "line" }, el("span", {}, say("forum.older"))), this.#card(post, forum)];
    });
    const more = posts.length > this.most && el("li", {}, el("button", { type: "button", class: "button secondary", dataset: { more: "1" } }, say("command.more", posts.length - this.most)));
    const none = !posts.length && el("li", { class: "none" }, say(this.tags.size ? "forum.none.tag" : "forum.none"));
    fill(this.list, nodes, more, none);
    if (focused) this.list.querySelector(`[data-post="${CSS.escape(focused)}"]`)?.focus();
    for (const post of posts.slice(0, this.most)) this.#readFirst(post);
  }

  #card(post, forum) {
    const { store } = this;
    const author = store.user(post.owner_id);
    const first = this.firsts.get(post.id);
    const tags = (post.applied_tags ?? []).map((id) => forum.available_tags?.find((tag) => tag.id === id)).filter(Boolean);
    const here = post.id === store.place.thread;
    const { archived, locked } = post.thread_metadata;
    const replies = post.message_count ?? 0;
    const image = first?.attachments?.find(({ content_type: type }) => type?.startsWith("image/"));
    return el("li", { class: `post ${here ? "here" : ""} ${store.isUnread(post.id) && !here ? "unread" : ""} ${archived ? "quiet" : ""}` },
      el("button", { type: "button", class: "post-card", dataset: { post: post.id }, "aria-current": here ? "true" : null },
        tags.length ? el("span", { class: "tags" }, tags.map((tag) => el("span", { class: "tag" }, tag.emoji_name && `${tag.emoji_name} `, tag.name))) : null,
        el("b", { class: "post-title" }, post.name, locked && icon("lock")),
        el("span", { class: "post-text" }, inRoleColour(el("b", {}, author ? displayName(author) : "?"), author ? store.roleColour(author.id) : 0), ": ",
          first === undefined ? "…" : this.#excerpt(first), image && ` 🖼 ${image.filename}`),
        el("span", { class: "post-foot" }, author && avatar(author, "mini"), el("span", {}, say(replies === 1 ? "post.reply" : "post.replies", replies)), " · ",
          el("time", {}, headerTime(timeOf(post.last_message_id ?? post.id))), archived && ` · ${say("thread.archived")}`)));
  }

  #excerpt(message) {
    if (!message) return say("post.deleted");
    const hidden = message.content.replace(/\|\|[^]+?\|\|/g, "▇▇▇").split("\n").join(" ").slice(0, 240);
    return el("span", {}, markdownLine(hidden, this.names)).textContent || message.embeds?.[0]?.title || message.attachments?.[0]?.filename || "…";
  }

  async #readFirst(post) {
    if (this.firsts.has(post.id)) return;
    this.firsts.set(post.id, undefined);
    const known = this.store.history(post.id).messages.get(post.id);
    const page = known ? [known] : await this.page.api().messages(post.id, { before: String(BigInt(post.id) + 1n), limit: 1 }).catch(() => []);
    this.firsts.set(post.id, page.find(({ id }) => id === post.id) ?? null);
    this.#later();
  }

  /** A post's first message has its post's id: an edit of it changes the card. */
  #firstChanged(threadId) {
    if (!this.firsts.get(threadId) && !this.firsts.has(threadId)) return;
    const { messages, early } = this.store.history(threadId);
    const first = messages.get(threadId) ?? early.get(threadId);
    if (!first || first === this.firsts.get(threadId)) return;
    this.firsts.set(threadId, first);
    this.#later();
  }

  #press({ target }) {
    const post = target.closest("[data-post]")?.dataset.post;
    if (post) this.page.openThread(post);
    else if (target.closest("[data-more]")) {
      this.most += AT_FIRST;
      this.redraw();
    }
  }
}
