// The message box. It is a text box until one types "/", lists what the bot can do, and becomes a form of the
// chosen command; Enter sends either. It owns the panel of suggestions above it and gives typed text back when
// sending fails.

import { avatar, displayName, el, fill, icon } from "./dom.js";
import { CommandForm } from "./command_form.js";
import { exact, leaves, search } from "./commands.js";
import { ListBox } from "./listbox.js";
import { say } from "./words.js";

const MOST_CHARACTERS = 2000;
const TYPING_EVERY_MS = 8000;

export class Composer {
  /** `api()` and `interactions()` give those of the present person. */
  constructor({ store, api, interactions, sent }) {
    Object.assign(this, { store, api, interactions, sent, form: null, replyTo: null, typedAt: 0, drafts: new Map() });
    this.list = new ListBox({ label: say("command.group"), choose: () => {} });
    this.heading = el("div", { class: "panel-title", "aria-live": "polite" });
    this.panel = el("div", { class: "suggestions" }, this.heading, this.list.root);
    this.box = el("textarea", {
      class: "message-box", rows: "1", oninput: () => this.#typed(), onkeydown: (event) => this.#key(event),
      onblur: () => this.#hint(null), onclick: () => this.#suggest(),
    });
    this.list.attach(this.box);
    this.count = el("span", { class: "count", "aria-live": "polite" });
    this.button = el("button", { type: "button", class: "icon-button send", onclick: () => this.#send() }, icon("send"));
    this.notice = el("div", { class: "composer-notice", role: "alert" });
    this.reply = el("div", { class: "reply-bar" });
    this.slot = el("div", { class: "composer-slot" }, this.box);
    this.root = el("div", { class: "composer" }, this.panel, this.notice, this.reply,
      el("div", { class: "composer-box" }, this.slot, this.count, this.button));
    store.on("commands", () => !this.form && this.#suggest());
    this.#drawReply();
    this.#hint(null);
  }

  /** Turn to another channel; what was typed in the last one is kept for when one comes back. */
  show(channel) {
    if (this.channel && this.channel.id !== channel.id) {
      this.drafts.set(this.channel.id, this.box.value);
      this.#leaveForm();
      this.box.value = this.drafts.get(channel.id) ?? "";
      this.answer(null);
    }
    this.channel = channel;
    this.notice.textContent = "";
    const label = say("composer.label", channel.thread_metadata ? `"${channel.name}"` : `#${channel.name}`);
    this.box.placeholder = label;
    this.box.setAttribute("aria-label", label);
    this.button.setAttribute("aria-label", say("composer.send"));
    this.#typedSize();
  }

  focus() {
    if (this.form) this.form.focus();
    else this.box.focus({ preventScroll: true });
  }

  /** Put a command into the box, as a click on </name:id> does. */
  begin(path) {
    const leaf = exact(leaves(this.store.commands), path);
    this.#leaveForm();
    this.box.value = leaf ? "" : `/${path}`;
    if (leaf) this.#enterForm(leaf);
    else this.#suggest();
    this.focus();
  }

  /** Answer a message (null takes that back). */
  answer(message) {
    this.replyTo = message;
    this.#drawReply();
    if (message) this.focus();
  }

  #typed() {
    this.notice.textContent = "";
    this.#typedSize();
    const text = this.box.value;
    const leaf = text.startsWith("/") && text.endsWith(" ") ? exact(leaves(this.store.commands), text.slice(1)) : null;
    if (leaf) {
      this.#enterForm(leaf);
      this.form.focus();
      return;
    }
    this.#suggest();
    if (!text || text.startsWith("/") || Date.now() - this.typedAt < TYPING_EVERY_MS) return;
    this.typedAt = Date.now();
    this.api().typing(this.channel.id).catch(() => {}); // a lost typing notice is nobody's loss
  }

  #suggest() {
    const text = this.box.value;
    if (/^\/[^\n]{0,100}$/.test(text)) return this.#suggestCommands(text.slice(1));
    const word = /(?:^|\s)([@#])([^\s@#]{0,32})$/u.exec(text.slice(0, this.box.selectionStart));
    if (word) return this.#suggestNames(word[1], word[2]);
    return this.#hint(null);
  }

  #suggestCommands(typed) {
    this.list.attach(this.box);
    this.list.choose = ({ leaf }) => {
      this.#enterForm(leaf);
      this.form.focus();
    };
    const bot = { ...this.store.application.bot, bot: true };
    const entries = search(leaves(this.store.commands), typed).map((leaf) => ({
      label: `/${leaf.shown}`, description: leaf.description, lead: avatar(bot, "tiny"), hint: displayName(bot), leaf,
    }));
    this.list.show(entries, { note: say("command.none") });
    this.#hint({ title: say("command.group"), detail: displayName(bot) });
  }

  #suggestNames(mark, typed) {
    const people = () => this.store.everybody().map((user) => ({
      label: displayName(user), hint: user.username, lead: avatar(user, "tiny"), tag: `<@${user.id}>`,
    }));
    const channels = () => [...this.store.channels.values()].map(({ id, name }) => ({ label: `#${name}`, hint: "", tag: `<#${id}>` }));
    const found = (mark === "@" ? people() : channels()).filter(({ label, hint }) => `${label} ${hint}`.toLowerCase().includes(typed.toLowerCase()));
    if (!found.length) return this.#hint(null);
    this.list.attach(this.box);
    this.list.choose = ({ tag }) => {
      const end = this.box.selectionStart;
      this.box.setRangeText(`${tag} `, end - typed.length - 1, end, "end");
      this.#typed();
    };
    this.list.show(found.slice(0, 10));
    return this.#hint({ title: mark === "@" ? say("members") : say("channels") });
  }

  #hint(hint) {
    if (!hint) this.list.hide();
    this.panel.classList.toggle("bad", Boolean(hint?.bad));
    fill(this.heading, hint && el("b", {}, hint.title), hint?.detail && el("span", {}, hint.detail));
    this.panel.hidden = !hint;
  }

  #key(event) {
    if (event.isComposing) return;
    const { key } = event;
    if (this.list.visible && (key === "ArrowDown" || key === "ArrowUp")) this.list.move(key === "ArrowDown" ? 1 : -1);
    else if (this.list.current && key === "Tab" && !event.shiftKey) this.list.chooseActive();
    else if (key === "Enter" && !event.shiftKey) this.list.chooseActive() || this.#send();
    else if (key === "Escape" && this.list.visible) this.#hint(null);
    else if (key === "Escape" && this.replyTo) this.answer(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #enterForm(leaf) {
    this.#hint(null);
    this.notice.textContent = "";
    this.form = new CommandForm(leaf, {
      store: this.store,
      panel: { list: this.list, title: (title, detail, bad) => this.#hint({ title, detail, bad }), away: () => this.#hint(null) },
      complete: (path, values, focused) => this.interactions().autocomplete(this.channel.id, path, values, focused),
      send: () => this.#send(), leave: () => this.#leaveForm({ focus: true }),
    });
    this.box.value = "";
    fill(this.slot, this.form.root);
    this.count.textContent = "";
    this.button.classList.add("ready");
  }

  #leaveForm({ focus = false } = {}) {
    if (!this.form) return;
    this.form = null;
    fill(this.slot, this.box);
    this.list.attach(this.box);
    this.#hint(null);
    this.#typedSize();
    if (focus) this.box.focus();
  }

  async #send() {
    if (this.form) return this.#sendCommand();
    const content = this.box.value.trim();
    if (!content || content.length > MOST_CHARACTERS) return undefined;
    const { replyTo, channel } = this;
    this.box.value = "";
    this.answer(null);
    this.#typedSize();
    this.#hint(null);
    try {
      await this.api().send(channel.id, content, { replyTo: replyTo?.id });
      this.typedAt = 0;
      this.sent();
    } catch (error) {
      if (!this.box.value) this.box.value = content;
      this.answer(replyTo);
      this.notice.textContent = say("send.failed", error.message);
      this.#typedSize();
    }
    return undefined;
  }

  async #sendCommand() {
    const { form } = this;
    const { values } = form.read();
    if (!values) return;
    this.#leaveForm({ focus: true });
    const outcome = await this.interactions().command(this.channel.id, form.leaf.path, values);
    const mendable = !outcome.ok && Object.keys(outcome.errors).length && !this.form && !this.box.value;
    if (!mendable) return;
    this.form = form; // Discord's own checks said no: give the filled-in form back
    fill(this.slot, form.root);
    form.refuse(outcome.errors);
  }

  #drawReply() {
    this.reply.hidden = !this.replyTo;
    if (!this.replyTo) return;
    const name = displayName(this.store.user(this.replyTo.author.id) ?? this.replyTo.author);
    fill(this.reply, el("span", {}, `${say("reply.to")} `, el("b", {}, name)),
      el("button", { type: "button", class: "icon-button", "aria-label": say("action.cancel"), onclick: () => this.answer(null) }, icon("close")));
  }

  #typedSize() {
    const left = MOST_CHARACTERS - this.box.value.length;
    this.count.textContent = left < 200 ? String(left) : "";
    this.count.classList.toggle("bad", left < 0);
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
    this.button.classList.toggle("ready", Boolean(this.box.value.trim()) && left >= 0);
  }
}
