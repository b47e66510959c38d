// One channel's messages with the box to write into. It stands twice on the page (the channel, and the thread
// beside it), so nothing in it is the page's: it is told the channel, and `page` does what reaches beyond it.

import { Composer } from "./composer.js";
import { takeDrops } from "./composer_tools.js";
import { el } from "./dom.js";
import { openMessageMenu } from "./message_menu.js";
import { MessageLog } from "./messages.js";
import { PermittedCommands } from "./permitted.js";
import { TypingLine } from "./typing.js";
import { openUserMenu } from "./user_menu.js";

const EPHEMERAL = 64;

export class Conversation {
  /**
   * `page` has api(), interactions(), openThread(id), startThread(message), openUser(id, anchor), notify(words);
   * `openPins()` opens the pins of this channel.
   */
  constructor({ store, names, page, openPins }) {
    Object.assign(this, { store, page, channelId: null });
    this.permitted = new PermittedCommands({ store, api: () => page.api() });
    this.log = new MessageLog({ store, api: () => page.api(), context: this.#context(names, openPins) });
    this.composer = new Composer({ store, api: () => page.api(), interactions: () => page.interactions(), sent: () => this.log.toBottom(),
      commands: this.permitted, editLast: () => this.log.editLast() });
    this.typing = new TypingLine({ store, channel: () => this.channelId });
    this.root = el("div", { class: "conversation" }, this.log.root, this.composer.root, this.typing.root);
    takeDrops(this.root, this.composer);
    for (const topic of ["access", "channels"]) store.on(topic, () => this.#follow());
  }

  /** Turn to a channel; `keepPlace` leaves the scroll where it is. */
  show(channelId, options) {
    this.channelId = channelId;
    this.#follow({ anew: true });
    this.typing.draw();
    return this.log.show(channelId, options);
  }

  /** Draw all words anew, as after a change of language. */
  redraw() {
    if (!this.channelId) return;
    this.#follow({ anew: true });
    this.log.redraw();
  }

  focus() {
    this.composer.focus();
  }

  /** Tell the message box when its channel's name changed, or what may be done there. */
  #follow({ anew = false } = {}) {
    const channel = this.store.channels.get(this.channelId);
    if (!channel) return;
    const parent = this.store.channels.get(channel.parent_id);
    const seen = JSON.stringify([channel.id, channel.name, channel.permissions, parent?.permissions, channel.thread_metadata, channel.member]);
    if (!anew && seen === this.seen) return;
    this.seen = seen;
    this.composer.show(channel);
  }

  #context(names, openPins) {
    const { store, page } = this;
    this.context = {
      store, names, openPins, openThread: (id) => page.openThread(id), press: (...press) => page.interactions().press(...press),
      dismiss: (message) => this.#dismiss(message), reply: (message) => this.composer.answer(message),
      api: () => page.api(), startThread: (message) => page.startThread(message), openUser: (id, anchor) => page.openUser(id, anchor),
      menu: (row, event) => openMessageMenu(row, event, { ...this.context, ...this.menus() }),
      userMenu: (userId, event, channelId) => openUserMenu(userId, event, channelId, { ...this.context, ...this.menus() }),
      goTo: (channelId, messageId) => (channelId === this.channelId ? this.log.jump(messageId) : page.go(channelId)),
    };
    return this.context;
  }

  /** What the menus of messages and people need beyond a row's context. */
  menus() {
    const { page } = this;
    return {
      commands: (channelId) => this.permitted.in(channelId), notify: (words) => page.notify(words), openDirect: (id) => page.openDirect(id),
      mention: (user) => this.composer.mention(user),
      runOnMessage: (command, message) => page.interactions().messageMenu(message.channel_id, command, message.id),
      runOnUser: (command, userId, channelId) => page.interactions().userMenu(channelId, command, userId),
    };
  }

  async #dismiss(message) {
    if (message.local) return this.store.changeLocal(message.id, null);
    if (message.flags & EPHEMERAL) {
      this.store.apply({ t: "MESSAGE_DELETE", d: message });
      return this.page.api().remove(message.channel_id, message.id).catch(() => {}); // already gone: that is what was wanted
    }
    return this.page.api().remove(message.channel_id, message.id).catch((error) => this.page.notify(error.message));
  }
}
