// The drawer that shows the wire to whoever develops a bot: every request, event and gateway frame as it passes, with
// what Discord's document would object to. It shows and filters; what an entry says is wire_entry.js's.

import { el, fill, icon } from "./dom.js";
import { FaultBar } from "./faults.js";
import { describe, matches } from "./wire_entry.js";
import { WireFeed } from "./wire_feed.js";
import { say } from "./words.js";

const KINDS = ["all", "request", "dispatch", "gateway", "violation"];
const DRAWN = 400;
const OPEN_KEY = "local-discord:wire-open";

export class Wire {
  /** `alert(count)` is told how many errors were not looked at. */
  constructor({ alert }) {
    Object.assign(this, { alert, kind: "all", query: "", paused: false, unseen: 0, waiting: [] });
    this.search = el("input", { type: "search", class: "wire-search", oninput: () => this.#filter() });
    this.bar = el("div", { class: "wire-bar" });
    this.faults = new FaultBar();
    this.list = el("ol", { class: "wire-list", tabindex: "-1", onclick: (event) => this.#open(event.target.closest("button")), onkeydown: (event) => this.#walk(event) });
    this.detail = el("div", { class: "wire-detail" });
    this.root = el("section", { class: "wire" }, this.bar, this.faults.root, el("div", { class: "wire-body" }, this.list, this.detail));
    this.root.hidden = true;
    this.detail.hidden = true;
    this.feed = new WireFeed({ heard: (entry, how) => this.#heard(entry, how), cleared: () => this.redraw() });
    if (kept()) this.#show(true);
  }

  toggle(open = this.root.hidden) {
    this.#show(open);
    keep(open);
    if (open) {
      this.opener = document.activeElement;
      this.search.focus();
    } else if (this.opener?.isConnected) this.opener.focus({ preventScroll: true });
  }

  contains = (node) => this.root.contains(node);

  redraw() {
    if (this.root.hidden) return;
    this.#bar();
    this.faults.draw();
    this.#rows();
  }

  #show(open) {
    this.root.hidden = !open;
    if (!open) return;
    this.unseen = 0;
    this.alert(0);
    this.redraw();
  }

  #heard(entry, { old }) {
    const { bad } = describe(entry);
    if (this.root.hidden) {
      if (bad && !old) this.alert((this.unseen += 1));
      return;
    }
    if (this.paused) return void this.#count();
    this.waiting.push(entry);
    if (this.waiting.length === 1) requestAnimationFrame(() => this.#append());
  }

  /** Entries come in bursts: draw them together. */
  #append() {
    const fresh = this.waiting.splice(0).filter((entry) => this.#wanted(entry));
    const atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40;
    if (fresh.length && this.list.firstChild?.classList.contains("none")) this.list.firstChild.remove();
    this.list.append(...fresh.map((entry) => this.#row(entry)));
    while (this.list.children.length > DRAWN) this.list.firstChild.remove();
    if (atEnd) this.list.scrollTop = this.list.scrollHeight;
    this.#count();
  }

  #wanted = (entry) => (this.kind === "all" ? !describe(entry).quiet : entry.kind === this.kind) && (!this.query || matches(entry, this.query));

  #rows() {
    const wanted = this.feed.entries.filter((entry) => this.#wanted(entry)).slice(-DRAWN);
    fill(this.list, wanted.length ? wanted.map((entry) => this.#row(entry)) : el("li", { class: "none" }, say(this.kind === "violation" ? "wire.none.violation" : "wire.none")));
    this.list.scrollTop = this.list.scrollHeight;
    this.#count();
  }

  #row(entry) {
    const { kind, from, title, note, status, ms, bad } = describe(entry);
    const time = new Date(entry.time * 1000);
    const to = from === "bot" ? "wire.from.bot" : "wire.from.discord";
    return el("li", {}, el("button", { type: "button", class: `wire-row ${kind} ${bad}`, dataset: { number: String(entry.number) }, "aria-expanded": String(this.shown === entry.number) },
      el("time", { datetime: time.toISOString() }, clock(time)),
      el("span", { class: "wire-from", title: say(to) }, el("span", { "aria-hidden": "true" }, from === "bot" ? "→" : "←"), el("span", { class: "hidden-words" }, say(to))),
      el("span", { class: "wire-title" }, el("b", {}, title), note && el("span", { class: "wire-note" }, ` ${note}`)),
      el("span", { class: "wire-status" }, status), el("span", { class: "wire-ms" }, ms === null ? "" : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`)));
  }

  #open(button) {
    const entry = button && this.feed.entries.find(({ number }) => String(number) === button.dataset.number);
    if (!entry) return;
    const again = this.shown === entry.number;
    this.list.querySelector("[aria-expanded='true']")?.setAttribute("aria-expanded", "false");
    if (again) return this.#closeDetail();
    this.shown = entry.number;
    button.setAttribute("aria-expanded", "true");
    const { title, parts } = describe(entry);
    fill(this.detail, el("header", {}, el("h3", {}, title),
      el("button", { type: "button", class: "icon-button", "aria-label": say("wire.copy"), title: say("wire.copy"), onclick: () => copy(parts) }, icon("copy")),
      el("button", { type: "button", class: "icon-button", "aria-label": say("action.close"), onclick: () => (this.#closeDetail(), button.focus()) }, icon("close"))),
    parts.filter(([, value]) => value !== null && value !== undefined).map(([label, value]) => [el("h4", {}, say(label)), el("pre", { tabindex: "0", "aria-label": say(label) }, pretty(value))]));
    this.detail.hidden = false;
    return undefined;
  }

  #closeDetail() {
    this.shown = null;
    this.detail.hidden = true;
    this.list.querySelector("[aria-expanded='true']")?.setAttribute("aria-expanded", "false");
  }

  #bar() {
    this.root.setAttribute("aria-label", say("wire"));
    this.list.setAttribute("aria-label", say("wire"));
    this.search.setAttribute("aria-label", say("wire.filter"));
    this.search.placeholder = say("wire.filter");
    const tab = (kind) => el("button", { type: "button", class: "tab", dataset: { kind }, "aria-pressed": String(kind === this.kind), onclick: () => {
      this.kind = kind;
      this.#filter();
    } }, say(`wire.kind.${kind}`), kind === "violation" && el("span", { class: "count violations" }));
    const tool = (name, words, action, pressed = null) => el("button", { type: "button", class: "icon-button", "aria-label": say(words), title: say(words), "aria-pressed": pressed, onclick: action }, icon(name));
    const searching = document.activeElement === this.search;
    fill(this.bar, el("h2", {}, icon("wire"), say("wire")), el("div", { class: "tabs", role: "group", "aria-label": say("wire.kinds") }, KINDS.map(tab)), this.search,
      tool(this.paused ? "play" : "pause", this.paused ? "wire.resume" : "wire.pause", () => this.#pause(), String(this.paused)),
      tool("error", "faults", ({ currentTarget }) => currentTarget.setAttribute("aria-pressed", String(this.faults.toggle())), String(!this.faults.root.hidden)),
      tool("trash", "wire.clear", () => this.#clear()), tool("close", "wire.close", () => this.toggle(false)));
    if (searching) this.search.focus();
  }

  #filter() {
    this.query = this.search.value.trim();
    for (const tab of this.bar.querySelectorAll("[data-kind]")) tab.setAttribute("aria-pressed", String(tab.dataset.kind === this.kind));
    this.#rows();
  }

  #pause() {
    this.paused = !this.paused;
    this.#bar();
    this.bar.querySelector("[aria-pressed].icon-button")?.focus();
    if (!this.paused) this.#rows();
  }

  #clear() {
    this.feed.clear();
    this.#closeDetail();
    this.#rows();
  }

  #count() {
    const badge = this.bar.querySelector(".violations");
    if (!badge) return;
    const violations = this.feed.entries.filter(({ kind }) => kind === "violation").length;
    badge.hidden = !violations;
    badge.textContent = String(violations);
  }

  #walk(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || event.altKey) return;
    const rows = [...this.list.querySelectorAll("button")];
    rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(document.activeElement) + by))]?.focus();
    event.preventDefault();
  }
}

const pretty = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));
const clock = (time) => `${[time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":")}.${String(time.getMilliseconds()).padStart(3, "0")}`;

function copy(parts) {
  const text = parts.filter(([, value]) => value !== null && value !== undefined).map(([, value]) => pretty(value)).join("\n\n");
  navigator.clipboard?.writeText(text).catch(() => {}); // the browser may refuse; there is nothing to lose
}

function kept() {
  try {
    return localStorage.getItem(OPEN_KEY) === "1";
  } catch {
    return false; // storage is switched off
  }
}

function keep(open) {
  try {
    localStorage.setItem(OPEN_KEY, open ? "1" : "0");
  } catch {
    // Storage is full or switched off: the drawer is closed after a reload.
  }
}
