// The panel of a channel's threads, those in use and those that are closed, with the button that starts one.

import { avatar, displayName, el, fill, icon } from "./dom.js";
import { compareIds, timeOf } from "./snowflakes.js";
import { headerTime } from "./times.js";
import { say } from "./words.js";

export class ThreadList {
  constructor({ store, page }) {
    Object.assign(this, { store, page, archived: false });
    this.root = el("div", { class: "pins threads-panel", role: "dialog", popover: "auto" });
    this.root.addEventListener("toggle", ({ newState }) => this.opener?.setAttribute("aria-expanded", String(newState === "open")));
    store.on("channels", () => this.root.matches(":popover-open") && this.#draw());
  }

  toggle(channelId, opener) {
    if (this.root.matches(":popover-open")) return this.root.hidePopover();
    Object.assign(this, { channelId, opener, archived: false });
    this.#draw();
    this.root.showPopover();
    return this.root.querySelector("[aria-pressed='true']")?.focus();
  }

  #draw() {
    this.root.setAttribute("aria-label", say("threads"));
    const threads = this.store.threadsOf(this.channelId).sort((a, b) => compareIds(b.last_message_id ?? b.id, a.last_message_id ?? a.id));
    const open = threads.filter((thread) => !thread.thread_metadata.archived);
    const closed = threads.filter((thread) => thread.thread_metadata.archived);
    const tab = (archived, label, count) => el("button", { type: "button", class: "tab", "aria-pressed": String(this.archived === archived), onclick: () => {
      this.archived = archived;
      this.#draw();
      this.root.querySelector("[aria-pressed='true']").focus();
    } }, `${label} `, el("span", { class: "tab-count" }, String(count)));
    const shown = this.archived ? closed : open;
    const start = this.page.acts.mayStart(this.channelId) && el("button", { type: "button", class: "button primary small", onclick: () => {
      this.root.hidePopover();
      this.page.acts.start(this.channelId);
    } }, say("thread.start"));
    fill(this.root, el("div", { class: "panel-head" }, el("h2", {}, icon("thread"), say("threads")), start),
      el("div", { class: "tabs", role: "group", "aria-label": say("threads") }, tab(false, say("threads.active"), open.length), tab(true, say("threads.archived"), closed.length)),
      shown.length ? el("ul", { class: "thread-rows" }, shown.map((thread) => this.#row(thread))) : el("p", { class: "note" }, say(this.archived ? "threads.archived.none" : "threads.none")));
  }

  #row(thread) {
    const owner = this.store.user(thread.owner_id);
    const { locked } = thread.thread_metadata;
    return el("li", {}, el("button", { type: "button", class: "thread-row", onclick: () => {
      this.root.hidePopover();
      this.page.openThread(thread.id);
    } }, el("b", {}, icon(thread.type === 12 || locked ? "lock" : "thread"), thread.name),
    el("span", { class: "thread-by" }, owner && avatar(owner, "mini"), owner && displayName(owner), " · ",
      say(thread.message_count === 1 ? "thread.message" : "thread.messages", thread.message_count ?? 0), " · ", headerTime(timeOf(thread.last_message_id ?? thread.id)),
      this.page.acts.joined(thread) && ` · ${say("thread.joined")}`)));
  }
}
