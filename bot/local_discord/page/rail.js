// The rail of servers at the far left: Home for direct messages, then each server with its initials and what is
// unread in it. It leads to a server; what stands in it is sidebar.js's.

import { el, fill, icon, patchChildren } from "./dom.js";
import { addressOf } from "./place.js";
import { say } from "./words.js";

export class Rail {
  /** `enter(guildId)` leads to a server, null to Home; `tools` are buttons at the bottom. */
  constructor({ store, enter, tools }) {
    Object.assign(this, { store, enter });
    this.list = el("ul", { class: "rail-servers", onkeydown: (event) => this.#walk(event) });
    this.tools = el("div", { class: "rail-tools" });
    this.root = el("nav", { class: "rail" }, this.list, this.tools);
    this.root.addEventListener("click", (event) => this.#click(event));
    this.makeTools = tools;
    for (const topic of ["channels", "unread", "place", "access"]) store.on(topic, () => this.draw());
  }

  draw() {
    const { store } = this;
    this.root.setAttribute("aria-label", say("servers"));
    this.unread = store.unreadByServer();
    const focused = this.list.contains(document.activeElement) && document.activeElement.dataset.guild;
    patchChildren(this.list, [
      this.#item(null, say("home"), icon("home")),
      [...store.guilds.values()].map((guild) => this.#item(guild.id, guild.name, initials(guild.name))),
    ]);
    if (focused && !this.list.contains(document.activeElement)) this.list.querySelector(`[data-guild="${CSS.escape(focused)}"]`)?.focus();
    if (this.language === document.documentElement.lang) return;
    this.language = document.documentElement.lang;
    fill(this.tools, this.makeTools());
  }

  #item(guildId, name, face) {
    const here = (this.store.guild?.id ?? null) === guildId;
    const { unread, mentions } = this.unread.get(guildId) ?? { unread: false, mentions: 0 };
    const label = unread && !here ? say("unread", name) : name;
    return el("li", { class: `rail-item ${guildId ? "" : "home-item"} ${here ? "here" : ""} ${unread && !here ? "unread" : ""}` },
      el("a", { href: addressOf({ user: this.store.me.id, guild: guildId ?? "@me" }), dataset: { guild: guildId ?? "@me" },
        "aria-current": here ? "page" : null, "aria-label": label, title: name }, el("span", { class: "rail-face", "aria-hidden": "true" }, face)),
      mentions && !here ? el("span", { class: "count", "aria-hidden": "true" }, String(mentions)) : null);
  }

  // One listener for all, because patching the list replaces attributes and not listeners.
  #click(event) {
    const link = event.target.closest("a[data-guild]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.enter(link.dataset.guild === "@me" ? null : link.dataset.guild);
  }

  #walk(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || event.altKey) return;
    const links = [...this.list.querySelectorAll("a")];
    links[(links.indexOf(document.activeElement) + by + links.length) % links.length]?.focus();
    event.preventDefault();
  }
}

function initials(name) {
  return name.trim().split(/\s+/u).slice(0, 3).map((word) => [...word][0] ?? "").join("");
}
