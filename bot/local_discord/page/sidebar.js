// The left column: the server's name, the note about what this is, channels with their threads under them.
// On a phone it is a drawer. It shows what is unread and leads to a channel; it knows nothing of messages.

import { aboutNote } from "./about.js";
import { el, fill, icon } from "./dom.js";
import { say } from "./words.js";

export class Sidebar {
  /** `go(channelId)` leads to a channel; `people` is the panel at the bottom. */
  constructor({ store, go, people }) {
    Object.assign(this, { store, go });
    this.name = el("h1", {});
    this.note = el("div", { class: "about-slot" });
    this.list = el("nav", { class: "channels", onkeydown: (event) => this.#walk(event) });
    this.root = el("aside", { class: "sidebar", id: "sidebar" }, el("header", { class: "server" }, this.name), this.note, this.list, people);
    this.shade = el("div", { class: "shade", onclick: () => this.toggle(false) });
    for (const topic of ["channels", "unread", "select"]) store.on(topic, () => this.draw());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle(false));
  }

  draw() {
    const { store } = this;
    const focused = document.activeElement?.dataset?.channel;
    this.name.textContent = store.guild.name;
    if (!this.note.firstChild || this.language !== document.documentElement.lang) fill(this.note, aboutNote());
    this.language = document.documentElement.lang;
    this.list.setAttribute("aria-label", say("channels.label"));
    const channels = [...store.channels.values()].filter((channel) => channel.type === 0 || channel.type === 5 || channel.type === 15);
    channels.sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
    fill(this.list, el("h2", {}, say("channels")), channels.map((channel) => this.#group(channel)));
    if (focused && !this.list.contains(document.activeElement)) this.list.querySelector(`[data-channel="${CSS.escape(focused)}"]`)?.focus();
  }

  toggle(open) {
    const was = document.body.classList.contains("drawer-open");
    document.body.classList.toggle("drawer-open", open);
    if (open && !was) this.list.querySelector(".here")?.focus();
  }

  #group(channel) {
    const threads = this.store.threadsOf(channel.id).filter((thread) => !thread.thread_metadata.archived || thread.id === this.store.selected);
    return el("div", { class: "channel-group" }, this.#link(channel, "hash"),
      threads.length ? el("div", { class: "threads" }, threads.map((thread) => this.#link(thread, null))) : null);
  }

  #link(channel, mark) {
    const here = channel.id === this.store.selected;
    const unread = !here && this.store.isUnread(channel.id);
    const mentions = this.store.marks.mentionsIn(channel.id);
    const locked = channel.thread_metadata?.locked || channel.thread_metadata?.archived;
    return el("a", {
      class: `channel ${here ? "here" : ""} ${unread ? "unread" : ""} ${locked ? "quiet" : ""}`, href: `?user=${this.store.me.id}&channel=${channel.id}`,
      dataset: { channel: channel.id }, "aria-current": here ? "page" : null, "aria-label": unread ? say("unread", channel.name) : null, title: channel.name,
      onclick: (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new window is the browser's business
        event.preventDefault();
        event.stopPropagation();
        this.toggle(false);
        this.go(channel.id);
      },
    }, mark && icon(mark), el("span", { class: "channel-name" }, channel.name), mentions ? el("span", { class: "count" }, String(mentions)) : null);
  }

  #walk(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    const links = [...this.list.querySelectorAll("a")];
    links[(links.indexOf(document.activeElement) + by + links.length) % links.length]?.focus();
    event.preventDefault();
  }
}
