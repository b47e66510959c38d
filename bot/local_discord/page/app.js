// The one place that builds the page's parts and joins them, top to bottom. It also holds the three things that
// cross all of them: becoming somebody else, going to a channel, and reading everything anew after the connection
// was lost.

import { Api, ApiError } from "./api.js";
import { Composer } from "./composer.js";
import { el, fill } from "./dom.js";
import { Events } from "./events.js";
import { Banner, Header } from "./header.js";
import { Interactions } from "./interactions.js";
import { openMenu } from "./menu.js";
import { MessageLog } from "./messages.js";
import { openModal } from "./modal.js";
import { MemberList, PeoplePanel } from "./people.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { keepStampsFresh } from "./times.js";
import { TypingLine } from "./typing.js";
import { say, setLocale } from "./words.js";

const RETRY_MS = 1500;
const EPHEMERAL = 64;

class Page {
  constructor() {
    const store = (this.store = new Store());
    this.names = { user: (id) => store.user(id), channel: (id) => store.channels.get(id), role: (id) => store.roles.get(id) };
    this.banner = new Banner();
    this.people = new PeoplePanel({ store, become: (id) => this.become(id), setLocale: (locale) => this.#setLocale(locale) });
    this.members = new MemberList({ store });
    this.sidebar = new Sidebar({ store, go: (id) => this.go(id), people: this.people.root });
    this.log = new MessageLog({ store, api: () => this.api, context: {
      store, names: this.names, press: (...press) => this.interactions.press(...press), openThread: (id) => this.go(id),
      openPins: () => this.header.togglePins(), dismiss: (message) => this.#dismiss(message), reply: (message) => this.composer.answer(message),
      menu: (message, event, row) => openMenu(message, event, {
        store, root: row.root, remove: (gone) => this.#dismiss(gone),
        run: (command, target) => this.interactions.messageMenu(target.channel_id, command, target.id),
      }),
    } });
    this.composer = new Composer({ store, api: () => this.api, interactions: () => this.interactions, sent: () => this.log.toBottom() });
    this.header = new Header({
      store, names: this.names, pins: (id) => this.api.pins(id), jump: (id) => this.log.jump(id), go: (id) => this.go(id),
      drawer: () => this.sidebar.toggle(true), members: () => this.#toggleMembers(),
    });
    this.typing = new TypingLine({ store });
    this.main = el("main", {}, this.header.root, this.banner.root, el("div", { class: "stage" },
      el("div", { class: "conversation" }, this.log.root, this.composer.root, this.typing.root), this.members.root));
    fill(document.body, this.sidebar.root, this.sidebar.shade, this.main);
    document.body.addEventListener("click", (event) => this.#follow(event));
    document.addEventListener("keydown", (event) => this.#type(event));
    window.addEventListener("popstate", () => this.#fromAddress());
    keepStampsFresh();
    this.#fromAddress();
  }

  /** Make this window somebody else. */
  become(userId, channelId = this.store.selected) {
    this.#address({ user: userId, channel: channelId });
    this.#connect(userId, channelId);
  }

  go(channelId) {
    if (!this.store.channels.has(channelId)) return;
    this.#address({ user: this.store.me.id, channel: channelId });
    this.#look(channelId);
    if (window.matchMedia("(pointer: fine)").matches) this.composer.focus();
  }

  #fromAddress() {
    const search = new URLSearchParams(location.search);
    const [user, channel] = [search.get("user"), search.get("channel")];
    if (this.events && user === this.store.me?.id && this.store.channels.has(channel)) this.#look(channel);
    else this.#connect(user, channel);
  }

  async #connect(userId, channelId) {
    this.events?.close();
    this.events = null;
    for (const dialog of document.querySelectorAll("dialog")) dialog.close(); // they were somebody else's
    const attempt = (this.attempt = Symbol("attempt"));
    this.api = new Api(userId);
    let start;
    try {
      start = await this.api.start();
    } catch (error) {
      if (this.attempt !== attempt) return;
      if (error instanceof ApiError && error.status === 404 && userId) this.become(null, channelId);
      else {
        this.banner.show(say("connection.none"), "bad");
        setTimeout(() => this.attempt === attempt && this.#connect(userId, channelId), RETRY_MS);
      }
      return;
    }
    if (this.attempt !== attempt) return;
    if (!userId) this.#address({ user: start.me.id, channel: channelId }, { replace: true });
    this.api = new Api(start.me.id);
    this.interactions?.loseAll();
    this.interactions = new Interactions({ api: this.api, store: this.store, openModal: (modal) => this.#modal(modal) });
    this.wanted = channelId;
    this.fresh = true;
    this.events = new Events(start.me.id, { open: () => this.#opened(), frame: (frame) => this.#frame(frame), lost: () => this.#lost() });
  }

  /** The socket is open: read everything after that, so that nothing falls in between; frames wait meanwhile. */
  async #opened() {
    const { events } = this;
    this.waiting = [];
    let start;
    try {
      start = await this.api.start();
    } catch {
      events.socket?.close(); // comes back by itself, later
      return;
    }
    if (this.events !== events) return;
    const again = !this.fresh;
    setLocale(start.me.locale);
    this.store.begin(start);
    for (const frame of this.waiting ?? []) this.store.apply(frame);
    this.waiting = null;
    const channel = [this.wanted, this.store.selected, start.guilds[0].channels[0].id].find((id) => this.store.channels.has(id));
    this.fresh = false;
    for (const part of [this.people, this.members]) part.draw();
    this.#look(channel, { keepPlace: again });
    if (again) this.banner.show(say("connection.back"), "good");
    else this.banner.root.hidden = true;
    document.body.dataset.ready = start.me.id;
  }

  #frame(frame) {
    if (this.waiting) this.waiting.push(frame);
    else this.store.apply(frame);
    this.interactions.apply(frame);
    if (frame.t === "USER_UPDATE" && frame.d.id === this.store.me.id && frame.d.locale !== document.documentElement.lang) this.#speak(frame.d.locale);
  }

  #lost() {
    delete document.body.dataset.ready;
    this.banner.show(say("connection.lost"), "bad");
    this.interactions.loseAll();
  }

  #look(channelId, options) {
    this.wanted = channelId;
    this.store.select(channelId);
    this.composer.show(this.store.channels.get(channelId));
    this.log.show(channelId, options);
  }

  #modal(modal) {
    openModal(modal, { store: this.store, names: this.names, submit: (fields) => this.interactions.submitModal(modal, fields) });
  }

  #toggleMembers() {
    document.body.classList.toggle("members-shown");
    return getComputedStyle(this.members.root).display !== "none";
  }

  async #dismiss(message) {
    if (message.local) this.store.changeLocal(message.id, null);
    else if (message.flags & EPHEMERAL) {
      this.store.apply({ t: "MESSAGE_DELETE", d: message });
      await this.api.remove(message.channel_id, message.id).catch(() => {}); // already gone: that is what was wanted
    } else await this.api.remove(message.channel_id, message.id).catch((error) => this.banner.show(error.message, "good"));
  }

  async #setLocale(locale) {
    try {
      await this.api.setLocale(locale);
      this.#speak(locale);
    } catch (error) {
      this.banner.show(error.message, "good");
    }
  }

  #speak(locale) {
    setLocale(locale);
    this.store.me.locale = locale;
    for (const part of [this.people, this.members, this.sidebar, this.header]) part.draw();
    this.composer.show(this.store.channels.get(this.store.selected));
    this.log.redraw();
  }

  #address({ user, channel }, { replace = false } = {}) {
    const search = new URLSearchParams({ ...(user ? { user } : {}), ...(channel ? { channel } : {}) });
    history[replace ? "replaceState" : "pushState"](null, "", `?${search}`);
  }

  /** Mentions of channels and commands in texts. */
  #follow(event) {
    const to = event.target.closest?.(".mention[data-channel], .mention[data-command]");
    if (to?.dataset.channel) this.go(to.dataset.channel);
    else if (to) this.composer.begin(to.dataset.command);
  }

  /** Typing anywhere is typing into the message box, as in Discord. */
  #type(event) {
    const plain = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (plain && !document.activeElement?.closest("input, textarea, select, dialog, [popover], .select")) this.composer.focus();
  }
}

new Page();
