// The left column: a server's name and its channels with their threads under them, or, at Home, the direct messages.
// On a phone it is a drawer. It shows what is unread and leads to a channel; it knows nothing of messages.

import { aboutNote } from "./about.js";
import { grouped, isForum, markOf } from "./channels.js";
import { avatar, displayName, el, fill, icon, patchChildren } from "./dom.js";
import { addressOf } from "./place.js";
import { say } from "./words.js";

const MOST_THREADS = 20; // under one channel; the list of threads has them all

export class Sidebar {
  /** `go(channelId)` leads to a channel; `rail` stands at its left, `people` at its foot. */
  constructor({ store, go, rail, people }) {
    Object.assign(this, { store, go, closed: new Set() });
    this.name = el("h1", {});
    this.note = el("div", { class: "about-slot" });
    this.list = el("nav", { class: "channels", onkeydown: (event) => this.#walk(event), onclick: (event) => this.#click(event) });
    this.root = el("aside", { class: "sidebar", id: "sidebar" }, rail,
      el("div", { class: "server-column" }, el("header", { class: "server" }, this.name), this.note, this.list), people);
    this.shade = el("div", { class: "shade", onclick: () => this.toggle(false) });
    for (const topic of ["channels", "unread", "place", "access"]) store.on(topic, () => this.draw());
  }

  draw() {
    const { store } = this;
    this.name.textContent = store.guild?.name ?? say("home");
    if (this.language !== document.documentElement.lang) {
      this.language = document.documentElement.lang;
      fill(this.note, aboutNote());
      this.list.setAttribute("aria-label", say("channels.label"));
      this.root.setAttribute("aria-label", say("channels.label"));
    }
    const focused = this.list.contains(document.activeElement) && document.activeElement.dataset.channel;
    patchChildren(this.list, [store.guild ? this.#server() : this.#home()]);
    if (focused && !this.list.contains(document.activeElement)) this.list.querySelector(`[data-channel="${CSS.escape(focused)}"]`)?.focus();
  }

  get open() {
    return document.body.classList.contains("drawer-open");
  }

  toggle(open) {
    const was = this.open;
    document.body.classList.toggle("drawer-open", open);
    if (open && !was) this.list.querySelector(".here")?.focus();
  }

  #server() {
    return grouped(this.store.channelsHere()).map(({ category, channels }) => {
      const folded = category && this.closed.has(category.id);
      const heading = category
        ? el("h2", {}, el("button", { type: "button", class: "category", dataset: { fold: category.id }, "aria-expanded": String(!folded) }, icon("chevron"), category.name))
        : el("h2", {}, say("channels"));
      const shown = folded ? channels.filter(({ id }) => this.#stays(id)) : channels;
      return el("section", { class: "channel-section" }, heading, shown.map((channel) => this.#group(channel)));
    });
  }

  /** What a folded category still shows: where one is, and what is unread. */
  #stays = (id) => id === this.store.place.channel || this.store.isUnread(id);

  #home() {
    const directs = this.store.directs();
    return el("section", { class: "channel-section" }, el("h2", {}, say("direct")),
      directs.length ? directs.map((channel) => this.#link(channel)) : el("p", { class: "none" }, say("direct.none")));
  }

  #group(channel) {
    const { place } = this.store;
    const threads = this.store.threadsOf(channel.id)
      .filter((thread) => thread.id === place.channel || thread.id === place.thread || (!thread.thread_metadata.archived && !isForum(channel)))
      .slice(-MOST_THREADS);
    return el("div", { class: "channel-group" }, this.#link(channel),
      threads.length ? el("div", { class: "threads" }, threads.map((thread) => this.#link(thread, { nested: true }))) : null);
  }

  #link(channel, { nested = false } = {}) {
    const { store } = this;
    const { place } = store;
    const here = channel.id === place.channel || channel.id === place.thread;
    const unread = !here && (store.isUnread(channel.id) || (isForum(channel) && store.threadsOf(channel.id).some(({ id }) => store.isUnread(id))));
    const mentions = store.marks.mentionsIn(channel.id);
    const quiet = channel.thread_metadata?.locked || channel.thread_metadata?.archived;
    const partner = channel.guild_id ? null : store.partnerIn(channel);
    const name = partner ? displayName(partner) : channel.name;
    const lead = partner ? avatar(partner, "small") : !nested && icon(markOf(channel));
    const at = channel.parent_id && nested ? { guild: place.guild, channel: channel.parent_id, thread: channel.id } : { guild: place.guild ?? "@me", channel: channel.id };
    return el("a", {
      class: `channel ${here ? "here" : ""} ${unread ? "unread" : ""} ${quiet ? "quiet" : ""}`, href: addressOf({ user: store.me.id, ...at }),
      dataset: { channel: channel.id }, "aria-current": here ? "page" : null, "aria-label": unread ? say("unread", name) : null, title: name,
    }, lead, el("span", { class: "channel-name" }, name), mentions ? el("span", { class: "count" }, String(mentions)) : null);
  }

  // One listener for all, because patching the list replaces attributes and not listeners.
  #click(event) {
    const fold = event.target.closest("[data-fold]")?.dataset.fold;
    if (fold) {
      if (!this.closed.delete(fold)) this.closed.add(fold);
      return this.draw();
    }
    const link = event.target.closest("a[data-channel]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return undefined; // a new window is the browser's business
    event.preventDefault();
    event.stopPropagation();
    this.toggle(false);
    return this.go(link.dataset.channel);
  }

  #walk(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || event.altKey) return;
    const links = [...this.list.querySelectorAll("a, .category")];
    links[(links.indexOf(document.activeElement) + by + links.length) % links.length]?.focus();
    event.preventDefault();
  }
}
