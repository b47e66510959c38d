// One person's connection: who it is, the events, and the reading of `start` whenever something may have been
// missed or what that person may do has changed. It keeps the store in step; what is drawn is the page's.

import { Api, ApiError } from "./api.js";
import { repeatable } from "./changes.js";
import { Events } from "./events.js";

const RETRY_MS = 1500;
const CHANGES_ACCESS = ["START_CHANGED", "CHANNEL_CREATE"]; // a frame's channel does not say what I may do in it

export class Client {
  /**
   * `hear` has begun({again}) (the store is fresh), renewed() (it changed under one's feet), frame(frame), lost(),
   * silent() (nothing answers) and unknown() (there is no such person).
   */
  constructor({ store, hear }) {
    Object.assign(this, { store, hear, api: new Api(null), events: null });
  }

  /** Become `userId` (null: the first person there is). */
  async connect(userId) {
    this.close();
    const attempt = (this.attempt = Symbol("attempt"));
    const { start, error } = await read(new Api(userId));
    if (this.attempt !== attempt) return;
    if (error instanceof ApiError && error.status === 404 && userId) return void this.hear.unknown();
    if (error) {
      this.hear.silent();
      setTimeout(() => this.attempt === attempt && this.connect(userId), RETRY_MS);
      return;
    }
    this.api = new Api(start.me.id);
    this.fresh = true;
    this.events = new Events(start.me.id, { open: () => this.#opened(), frame: (frame) => this.#frame(frame), lost: () => this.hear.lost() });
  }

  close() {
    this.attempt = null;
    this.events?.close();
    this.events = null;
  }

  /** The socket is open: read everything after that, so that nothing falls in between; frames wait meanwhile. */
  async #opened() {
    const { events } = this;
    this.waiting = [];
    const { start, error } = await read(this.api);
    if (this.events !== events) return;
    if (error) return void events.socket?.close(); // comes back by itself, later
    const again = !this.fresh;
    this.fresh = false;
    this.store.begin(start);
    for (const frame of this.waiting) this.store.apply(frame);
    this.waiting = null;
    this.hear.begun({ again });
  }

  #frame(frame) {
    if (this.waiting) this.waiting.push(frame);
    else this.store.apply(frame);
    if (this.since && repeatable(frame.t)) this.since.push(frame);
    this.hear.frame(frame);
    if (CHANGES_ACCESS.includes(frame.t) && !this.waiting) this.#renew();
  }

  async #renew() {
    this.stale = true;
    if (this.since) return; // under way: it goes round once more
    const { events } = this;
    while (this.stale && this.events === events) {
      this.stale = false;
      this.since = [];
      const { start, error } = await read(this.api);
      if (this.events !== events) break;
      if (error) {
        events.socket?.close();
        break;
      }
      this.store.renew(start);
      for (const frame of this.since) this.store.apply(frame);
      this.hear.renewed();
    }
    this.since = null;
  }
}

const read = (api) => api.start().then((start) => ({ start }), (error) => ({ error }));
