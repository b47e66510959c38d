// The one place that builds the page's parts and joins them, top to bottom. It also holds what crosses all of them:
// where the window is, who is at it, and in which language.

import { Client } from "./client.js";
import { isForum, isThread } from "./channels.js";
import { Conversation } from "./conversation.js";
import { openDirect } from "./direct.js";
import { el, fill } from "./dom.js";
import { Forum } from "./forum.js";
import { Banner, Header } from "./header.js";
import { Home } from "./home.js";
import { Interactions } from "./interactions.js";
import { listenToKeys, openKeyHelp } from "./keys.js";
import { MemberList } from "./members.js";
import { followMentions } from "./follow_mentions.js";
import { openModal } from "./modal.js";
import { markFrames } from "./own_marks.js";
import { ThreadPane } from "./pane.js";
import { PeoplePanel } from "./people.js";
import { PinsPanel } from "./pins.js";
import { placeInAddress, putInAddress, rememberChannel } from "./place.js";
import { Rail } from "./rail.js";
import { railTools } from "./rail_tools.js";
import { settle } from "./settle.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { openSwitcher } from "./switcher.js";
import { ThreadActs } from "./thread_acts.js";
import { ThreadList } from "./thread_list.js";
import { keepStampsFresh } from "./times.js";
import { PersonCard } from "./person_card.js";
import { Wire } from "./wire.js";
import { say, setLocale } from "./words.js";

class Page {
  constructor() {
    const store = (this.store = new Store());
    store.learn(markFrames);
    const names = (this.names = { user: (id) => store.user(id), channel: (id) => store.channels.get(id), role: (id) => store.roles.get(id) });
    this.client = new Client({ store, hear: {
      begun: (how) => this.#begun(how), renewed: () => this.#stay(), frame: (frame) => this.#frame(frame), lost: () => this.#lost(),
      silent: () => this.banner.show(say("connection.none"), "bad"), unknown: () => this.become(null),
    } });
    this.banner = new Banner();
    this.acts = new ThreadActs({ store, page: this });
    this.card = new PersonCard({ store, page: this });
    this.pins = new PinsPanel({ store, names, pins: (id) => this.api().pins(id), unpin: (id, message) => this.api().unpin(id, message), jump: (id) => this.talk.log.jump(id) });
    this.threads = new ThreadList({ store, page: this });
    this.talk = new Conversation({ store, names, page: this, openPins: () => this.pins.toggle(store.selected, this.header.pins) });
    this.forum = new Forum({ store, names, page: this });
    this.home = new Home({ store, page: this });
    this.pane = new ThreadPane({ store, names, page: this });
    this.members = new MemberList({ store, open: (id, anchor) => this.card.open(id, anchor) });
    this.people = new PeoplePanel({ store, become: (id) => this.become(id), setLocale: (locale) => this.#setLocale(locale) });
    this.rail = new Rail({ store, enter: (guild) => this.enter(guild), tools: () => railTools({ help: openKeyHelp, find: () => this.find() }) });
    this.sidebar = new Sidebar({ store, go: (id) => this.go(id), rail: this.rail.root, people: this.people.root });
    this.wire = new Wire({ alert: (count) => this.header?.alert(count) });
    this.header = new Header({ store, names, panels: [this.pins.root, this.threads.root], on: {
      drawer: () => this.sidebar.toggle(true), threads: (button) => this.threads.toggle(store.selected, button), go: (id) => this.go(id),
      pins: (button) => this.pins.toggle(store.selected, button), members: () => this.members.toggle(this.header.members), wire: () => this.wire.toggle(),
    } });
    store.on("pins", (channelId) => this.pins.changed(channelId));
    store.on("channels", () => this.#stay());
    this.#build();
    listenToKeys(this);
    followMentions(this);
    document.addEventListener("focusin", ({ target }) => this.#near(target));
    window.addEventListener("popstate", () => this.#fromAddress());
    keepStampsFresh();
    this.#fromAddress();
  }

  api = () => this.client.api;
  interactions = () => this.theirs;
  notify = (words) => this.banner.show(words, "good");

  /** Make this window somebody else. */
  become(userId) {
    this.wanted = { ...this.store.place, user: userId };
    this.#connect();
  }

  /** Lead to a channel; a thread opens beside its channel. */
  go(channelId) {
    const channel = this.store.channels.get(channelId);
    if (!channel) return;
    if (isThread(channel) && this.store.channels.has(channel.parent_id)) this.openThread(channelId);
    else this.#move({ guild: channel.guild_id ?? null, channel: channelId, thread: null });
  }

  openThread(threadId) {
    const thread = this.store.channels.get(threadId);
    if (thread) this.#move({ guild: thread.guild_id, channel: thread.parent_id, thread: threadId });
  }

  /** The thread in the place of its channel. */
  openFull(threadId) {
    this.#move({ ...this.store.place, channel: threadId, thread: null });
  }

  closeThread() {
    this.#move({ ...this.store.place, thread: null });
  }

  /** Lead to a server, or to Home (null). */
  enter(guildId) {
    this.#move(settle(this.store, { guild: guildId ?? "@me" }));
  }

  openDirect = (userId) => openDirect(this, userId);
  openUser = (id, anchor) => this.card.open(id, anchor);
  startThread = (message) => this.acts.start(message.channel_id, message);
  threadMenu = (id, opener) => this.acts.menu(id, opener);
  find = () => openSwitcher({ store: this.store, go: (id) => this.go(id), enter: (id) => this.enter(id) });

  /** The conversation that typing goes to. */
  conversation() {
    return this.near === this.pane && this.store.place.thread ? this.pane.conversation : this.talk;
  }

  #near(target) {
    if (this.pane.root.contains(target)) this.near = this.pane;
    else if (this.centre.contains(target)) this.near = this.talk;
  }

  #build() {
    const { sidebar, header, banner, pane, members, wire } = this;
    this.skip = el("a", { class: "skip", href: "#centre" });
    this.centre = el("div", { class: "centre", id: "centre", tabindex: "-1" });
    const main = el("main", {}, header.root, banner.root, el("div", { class: "stage" }, this.centre, members.root));
    fill(document.body, this.skip, sidebar.root, sidebar.shade, el("div", { class: "work" }, main, pane.root), wire.root, this.card.root);
    this.skip.addEventListener("click", (event) => {
      event.preventDefault();
      this.conversation().focus();
    });
  }

  #fromAddress() {
    const wanted = placeInAddress();
    this.wanted = wanted;
    if (this.client.events && wanted.user === this.store.me?.id) this.#look(settle(this.store, wanted));
    else this.#connect();
  }

  #connect() {
    delete document.body.dataset.ready;
    for (const dialog of document.querySelectorAll("dialog")) dialog.close(); // they were somebody else's
    this.client.connect(this.wanted.user);
  }

  async #begun({ again }) {
    const { store } = this;
    setLocale(store.me.locale);
    this.theirs?.loseAll();
    this.theirs = new Interactions({ api: this.api(), store, openModal: (modal) => this.#modal(modal) });
    const place = settle(store, again ? store.place : this.wanted);
    const replace = !this.wanted.user || this.wanted.user === placeInAddress().user;
    const drawn = this.#look(place, { keepPlace: again, anew: true });
    this.#draw();
    putInAddress(this.#address(place), { replace });
    if (again) this.banner.show(say("connection.back"), "good");
    else this.banner.root.hidden = true;
    await drawn;
    document.body.dataset.ready = store.me.id;
  }

  /** What I may see changed: stay where I am if that is still there. */
  #stay() {
    const { place } = this.store;
    if (!place.channel && !place.guild) return;
    const gone = (id) => id && !this.store.channels.has(id);
    if (!gone(place.channel) && !gone(place.thread) && (this.store.guild || !place.guild)) return;
    const parent = this.threadsParent ?? null;
    if (gone(place.channel)) this.notify(say("place.gone"));
    this.#move(settle(this.store, { ...place, channel: gone(place.channel) ? parent : place.channel, thread: gone(place.thread) ? null : place.thread }), { replace: true });
  }

  #frame(frame) {
    this.theirs?.apply(frame);
    if (frame.t === "PERSON_UPDATE" && frame.d.id === this.store.me.id && frame.d.locale !== document.documentElement.lang) this.#speak(frame.d.locale);
  }

  #lost() {
    delete document.body.dataset.ready;
    this.banner.show(say("connection.lost"), "bad");
    this.theirs?.loseAll();
  }

  #address = (place) => ({ user: this.store.me.id, guild: place.guild ?? "@me", channel: place.channel, thread: place.thread });

  #move(place, { replace = false } = {}) {
    putInAddress(this.#address(place), { replace });
    this.#look(place);
    this.sidebar.toggle(false);
    if (!window.matchMedia("(pointer: fine)").matches) return;
    if (place.thread) this.pane.conversation.focus();
    else if (place.channel && !isForum(this.store.channels.get(place.channel))) this.talk.focus();
  }

  #look(place, options = {}) {
    const { store } = this;
    const before = store.place;
    this.wanted = { ...place, user: store.me.id };
    store.go(place);
    const channel = store.channels.get(place.channel);
    this.threadsParent = isThread(channel) ? channel.parent_id : null;
    const view = !channel ? this.home : isForum(channel) ? this.forum : this.talk;
    if (view.root.parentNode !== this.centre) this.centre.replaceChildren(view.root);
    if (channel && place.guild) rememberChannel(store.me.id, place.guild, channel.id);
    const shown = [];
    if (options.anew || before.channel !== place.channel || !channel) shown.push(view.show(channel?.id, options));
    if (options.anew || before.thread !== place.thread) shown.push(this.pane.show(options));
    return Promise.all(shown);
  }

  #modal(modal) {
    const upload = (file) => this.api().upload(file);
    openModal(modal, { store: this.store, names: this.names, upload, submit: (fields) => this.theirs.submitModal(modal, fields) });
  }

  async #setLocale(locale) {
    try {
      await this.api().setLocale(locale);
      this.#speak(locale);
    } catch (error) {
      this.notify(error.message);
    }
  }

  #speak(locale) {
    setLocale(locale);
    this.store.me.locale = locale;
    this.#draw();
    for (const view of [this.talk, this.forum, this.home, this.pane]) view.redraw();
  }

  #draw() {
    this.skip.textContent = say("skip");
    for (const part of [this.rail, this.people, this.members, this.sidebar, this.header]) part.draw();
    this.wire.redraw();
  }
}

new Page();
