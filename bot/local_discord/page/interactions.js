// Sends commands, presses, autocomplete queries and modals, and says how each ended. It joins the reply of
// POST /interactions with the frames that follow it by nonce, so that a caller simply awaits an outcome:
// {ok: true} or {ok: false, refused, message, errors} (and {ok: true, choices} for autocomplete).

import { ApiError } from "./api.js";
import { say } from "./words.js";

const TYPE = { command: 2, component: 3, autocomplete: 4, modal: 5 };
const NOTICE_AFTER_MS = 300; // a quick answer needs no "Sending command…" before it
const LONGEST_MS = 15000; // the server itself gives up on the bot after 3 s

export class Interactions {
  constructor({ api, store, openModal }) {
    Object.assign(this, { api, store, openModal });
    this.pending = new Map();
    this.asked = new Set(); // a modal may come before or after the success of what asked for it
    this.count = 0;
  }

  /** `path` is "room open"; `options` maps names to values. Shows "Sending command…" in the channel while it lasts. */
  async command(channelId, path, options) {
    return this.#withNotice(channelId, path, { type: TYPE.command, command: path, command_type: 1, options });
  }

  async messageMenu(channelId, command, messageId) {
    return this.#withNotice(channelId, command.name, {
      type: TYPE.command, command: command.name, command_type: 3, target_id: messageId,
    });
  }

  async userMenu(channelId, command, userId) {
    return this.#withNotice(channelId, command.name, {
      type: TYPE.command, command: command.name, command_type: 2, target_id: userId,
    });
  }

  press(message, component, values = null) {
    return this.#send({
      type: TYPE.component, channel_id: message.channel_id, message_id: message.id,
      custom_id: component.custom_id, component_type: component.type, ...(values ? { values } : {}),
    });
  }

  autocomplete(channelId, path, options, focused) {
    return this.#send({ type: TYPE.autocomplete, channel_id: channelId, command: path, command_type: 1, options, focused });
  }

  submitModal(modal, fields) {
    return this.#send({ type: TYPE.modal, channel_id: modal.channel_id, interaction_id: modal.interaction_id, fields });
  }

  /** A frame of the events socket; those that are not about interactions are let pass. */
  apply({ t, d }) {
    if (t === "INTERACTION_MODAL_CREATE" && this.asked.delete(d.nonce)) this.openModal(d);
    if (t === "INTERACTION_SUCCESS" || t === "INTERACTION_MODAL_CREATE") this.#end(d.nonce, { ok: true });
    if (t === "INTERACTION_FAILURE") this.#end(d.nonce, { ok: false, message: d.reason, errors: {} });
    if (t === "COMMAND_AUTOCOMPLETE") this.#end(d.nonce, { ok: true, choices: d.choices });
  }

  /** The connection is gone, and the outcomes with it. */
  loseAll() {
    for (const nonce of [...this.pending.keys()]) {
      this.#end(nonce, { ok: false, message: say("connection.lost"), errors: {} });
    }
  }

  async #withNotice(channelId, name, body) {
    let notice = null;
    const show = () => (notice = this.store.addLocal({
      channel_id: channelId, type: body.target_id ? 23 : 20, content: "", author: { ...this.store.application.bot, bot: true }, state: "sending",
      interaction_metadata: { name, user: this.store.me, type: 2 },
    }));
    const slow = setTimeout(show, NOTICE_AFTER_MS);
    const outcome = await this.#send({ channel_id: channelId, ...body });
    clearTimeout(slow);
    const refused = !outcome.ok && body.options && Object.keys(outcome.errors).length > 0;
    const reason = outcome.refused ? outcome.message : say("command.failed");
    if (outcome.ok || refused) this.store.changeLocal(notice, null);
    else this.store.changeLocal(notice ?? show(), { state: "failed", reason });
    return outcome;
  }

  async #send(body) {
    const nonce = `${Date.now().toString(36)}-${(this.count += 1)}`;
    this.asked.add(nonce);
    const outcome = new Promise((resolve) => {
      const timer = setTimeout(() => this.#end(nonce, { ok: false, message: say("command.failed"), errors: {} }), LONGEST_MS);
      this.pending.set(nonce, { resolve, timer });
    });
    try {
      await this.api.interact({ ...body, nonce });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#end(nonce, { ok: false, refused: true, message: error.message, errors: error.errors });
    }
    return outcome;
  }

  #end(nonce, outcome) {
    const waiting = this.pending.get(nonce);
    if (!waiting) return;
    this.pending.delete(nonce);
    clearTimeout(waiting.timer);
    waiting.resolve(outcome);
  }
}
