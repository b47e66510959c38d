// The message box. It is a text box until one types "/", lists what the bot can do, and becomes a form of the
// chosen command; Enter sends either. It owns the panel of suggestions above it and gives everything back when
// sending fails: text, files, and what it answers.

import { displayName, el, fill, icon } from "./dom.js";
import { CommandForm } from "./command_form.js";
import { exact, leaves } from "./commands.js";
import { called, plusMenu, refusal } from "./composer_tools.js";
import { suggestionFor } from "./composer_suggest.js";
import { withEmoji } from "./emoji.js";
import { openEmojiPicker } from "./emoji_picker.js";
import { Mentions } from "./mentions.js";
import { ReplyBar } from "./reply_bar.js";
import { SuggestionPanel } from "./suggestion_panel.js";
import { UploadTray } from "./upload_tray.js";
import { say } from "./words.js";

const MOST_CHARACTERS = 2000;
const COUNT_FROM = 200;
const TYPING_EVERY_MS = 8000;

export class Composer {
  /** `api()` and `interactions()` give those of the present person; `commands` is PermittedCommands; `editLast()` turns to one's last message. */
  constructor({ store, api, interactions, sent, commands, editLast }) {
    Object.assign(this, { store, api, interactions, sent, commands, editLast, form: null, typedAt: 0, drafts: new Map() });
    this.mentions = new Mentions(store);
    this.panel = new SuggestionPanel();
    this.list = this.panel.list;
    this.box = el("textarea", {
      class: "message-box", rows: "1", oninput: () => this.#typed(), onkeydown: (event) => this.#key(event),
      onblur: () => this.panel.hint(null), onclick: () => this.#suggest(),
    });
    this.list.attach(this.box);
    this.count = el("span", { class: "letters", "aria-live": "polite" });
    const button = (name, extra, action) => el("button", { type: "button", class: `icon-button ${extra}`, onclick: action }, icon(name));
    this.plus = button("plus", "plus", (event) => plusMenu(event, this));
    this.smile = button("smile", "", () => openEmojiPicker(this.smile, (character) => this.insert(character)));
    this.button = button("send", "send", () => this.#send());
    this.notice = el("div", { class: "composer-notice", role: "alert" });
    this.replying = new ReplyBar({ store });
    this.slot = el("div", { class: "composer-slot" }, this.box);
    this.tray = new UploadTray({ changed: () => this.#fit(), refuse: (words) => (this.notice.textContent = words), picked: (files) => this.attach(files) });
    this.root = el("div", { class: "composer", onpaste: (event) => this.#pasted(event) }, this.panel.root, this.notice, this.replying.root, this.tray.root,
      el("div", { class: "composer-box" }, this.plus, this.slot, this.count, this.smile, this.button, this.tray.picker));
    commands.on((channelId) => channelId === this.channel?.id && !this.form && document.activeElement === this.box && this.#suggest());
  }

  /** Turn to another channel; what was typed in the last one is kept for when one comes back. */
  show(channel) {
    if (this.channel?.id !== channel.id) {
      if (this.channel) this.drafts.set(this.channel.id, { text: this.box.value, files: this.tray.take() });
      this.#leaveForm();
      const draft = this.drafts.get(channel.id);
      this.box.value = draft?.text ?? "";
      this.tray.restore(draft?.files ?? []);
      this.replying.answer(null);
      this.notice.textContent = "";
    }
    this.channel = channel;
    this.commands.in(channel.id); // asked now, to be there once one types
    const refused = refusal(this.store, channel);
    const label = refused ?? say("composer.label", channel.thread_metadata ? `"${channel.name}"` : this.store.titleOf(channel));
    this.box.placeholder = label;
    this.box.disabled = Boolean(refused);
    this.root.classList.toggle("refused", Boolean(refused));
    this.box.setAttribute("aria-label", label);
    for (const [node, words] of [[this.button, "composer.send"], [this.plus, "attach.open"], [this.smile, "emoji.open"]]) called(node, say(words));
    this.#fit();
  }

  focus() {
    if (this.form) this.form.focus();
    else this.box.focus({ preventScroll: true });
  }

  /** Put a command into the box, as a click on </name:id> does; an empty path lists them all. */
  begin(path) {
    const leaf = exact(leaves(this.commands.in(this.channel.id)), path);
    this.#leaveForm();
    this.box.value = leaf ? "" : `/${path}`;
    this.focus();
    if (leaf) this.#enterForm(leaf);
    else this.#suggest();
  }

  /** Answer a message (null takes that back). */
  answer(message) {
    this.replying.answer(message);
    if (message) this.focus();
  }

  /** Write a mention of somebody at the caret. */
  mention(user) {
    this.insert(`${this.mentions.pick(`@${displayName(user)}`, `<@${user.id}>`)} `);
  }

  insert(text) {
    if (this.form) return;
    this.box.focus();
    this.box.setRangeText(text, this.box.selectionStart, this.box.selectionEnd, "end");
    this.#typed();
  }

  /** Take files for the next message, or for the command being filled in. */
  attach(files) {
    if (this.form) this.form.attach(files);
    else if (this.store.may(this.channel.id, "ATTACH_FILES") && !this.box.disabled) this.tray.add(files);
  }

  #typed() {
    this.notice.textContent = "";
    this.#fit();
    const text = this.box.value;
    const leaf = text.startsWith("/") && text.endsWith(" ") ? exact(leaves(this.commands.in(this.channel.id)), text.slice(1)) : null;
    if (leaf) return this.#enterForm(leaf);
    this.#suggest();
    if (!text || text.startsWith("/") || Date.now() - this.typedAt < TYPING_EVERY_MS) return undefined;
    this.typedAt = Date.now();
    return this.api().typing(this.channel.id).catch(() => {}); // a lost typing notice is nobody's loss
  }

  #suggest() {
    const found = suggestionFor(this.box.value.slice(0, this.box.selectionStart), this.box.value, {
      store: this.store, commands: () => this.commands.in(this.channel.id), mayPingAll: () => this.store.may(this.channel.id, "MENTION_EVERYONE"),
    });
    if (found) this.panel.offer(found, this.box, (entry) => (entry.leaf ? this.#enterForm(entry.leaf) : this.#take(entry)));
    else this.panel.hint(null);
  }

  #take({ text, tag, length }) {
    const end = this.box.selectionStart;
    if (tag) this.mentions.pick(text, tag);
    this.box.setRangeText(`${text} `, end - length, end, "end");
    this.#typed();
  }

  #key(event) {
    if (event.isComposing) return;
    const { key } = event;
    const empty = !this.box.value;
    if (this.list.visible && (key === "ArrowDown" || key === "ArrowUp")) this.list.move(key === "ArrowDown" ? 1 : -1);
    else if (this.list.current && key === "Tab" && !event.shiftKey) this.list.chooseActive();
    else if (key === "Enter" && !event.shiftKey) this.list.chooseActive() || this.#send();
    else if (key === "Escape" && this.list.visible) this.panel.hint(null);
    else if (key === "Escape" && this.replying.message) this.answer(null);
    else if (key !== "ArrowUp" || !empty || !this.editLast()) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #enterForm(leaf) {
    this.panel.hint(null);
    this.notice.textContent = "";
    this.box.value = "";
    this.#showForm(new CommandForm(leaf, {
      store: this.store, upload: (file) => this.api().upload(file),
      panel: { list: this.list, title: (title, detail, { bad, kind } = {}) => this.panel.hint({ title, detail, bad, kind }), away: () => this.panel.hint(null) },
      complete: (path, values, focused) => this.interactions().autocomplete(this.channel.id, path, values, focused),
      send: () => this.#send(), leave: () => this.#leaveForm({ focus: true }),
    }));
    this.form.focus();
  }

  #showForm(form) {
    this.form = form;
    fill(this.slot, form.root);
    this.root.classList.add("commanding");
    this.count.textContent = "";
    this.button.classList.add("ready");
  }

  #leaveForm({ focus = false } = {}) {
    if (!this.form) return;
    this.form = null;
    fill(this.slot, this.box);
    this.root.classList.remove("commanding");
    this.list.attach(this.box);
    this.panel.hint(null);
    this.#fit();
    if (focus) this.box.focus();
  }

  async #send() {
    if (this.form) return this.#sendCommand();
    const written = this.box.value;
    const content = this.#content();
    if ((!content && this.tray.empty) || content.length > MOST_CHARACTERS || this.box.disabled) return undefined;
    const { channel } = this;
    const { message: replyTo, ping: mention } = this.replying;
    const files = this.tray.files();
    const taken = this.tray.take();
    this.box.value = "";
    this.answer(null);
    this.notice.textContent = "";
    this.#fit();
    this.panel.hint(null);
    try {
      await this.api().send(channel.id, content, { replyTo: replyTo?.id, files, mention });
      this.typedAt = 0;
      if (this.channel === channel) this.sent();
    } catch (error) {
      this.#giveBack(channel, { written, taken, replyTo });
      this.notice.textContent = say("send.failed", error.message);
    }
    return undefined;
  }

  #giveBack(channel, { written, taken, replyTo }) {
    if (this.channel.id !== channel.id) return void this.drafts.set(channel.id, { text: written, files: taken });
    if (!this.box.value) this.box.value = written;
    this.tray.restore(taken);
    this.replying.answer(replyTo);
    this.#fit();
  }

  async #sendCommand() {
    const { form } = this;
    const { values } = form.read();
    if (!values) return;
    this.#leaveForm({ focus: true });
    const outcome = await this.interactions().command(this.channel.id, form.leaf.path, values);
    const mendable = !outcome.ok && Object.keys(outcome.errors).length && !this.form && !this.box.value;
    if (!mendable) return;
    this.#showForm(form); // Discord's own checks said no: give the filled-in form back
    form.refuse(outcome.errors);
  }

  #content = () => withEmoji(this.mentions.asSent(this.box.value.trim()));

  #pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || event.defaultPrevented) return;
    event.preventDefault();
    this.attach(files);
  }

  #fit() {
    if (!this.tray) return; // still being built
    const left = MOST_CHARACTERS - this.#content().length;
    this.count.textContent = left < COUNT_FROM ? String(left) : "";
    this.count.classList.toggle("bad", left < 0);
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
    this.button.classList.toggle("ready", (Boolean(this.box.value.trim()) || !this.tray.empty) && left >= 0);
  }
}
