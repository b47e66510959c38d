// The stream of what happens: one WebSocket that comes back by itself. It promises that after every
// "open" the caller has to read its state anew, because frames are never repeated; it keeps none itself.

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5000;
const PING_EVERY_MS = 15000;
const SILENCE_MS = 40000;

export class Events {
  /** `on` holds three callbacks: open(), frame({t, d}), lost(). */
  constructor(user, on) {
    this.user = user;
    this.on = on;
    this.closed = false;
    this.wait = FIRST_WAIT_MS;
    this.socket = null;
    this.timers = new Set();
    this.comeBack = () => document.visibilityState === "visible" && this.#hurry();
    window.addEventListener("online", this.comeBack);
    document.addEventListener("visibilitychange", this.comeBack);
    this.#connect();
  }

  close() {
    this.closed = true;
    window.removeEventListener("online", this.comeBack);
    document.removeEventListener("visibilitychange", this.comeBack);
    this.#quiet();
    this.socket?.close();
  }

  #connect() {
    this.#quiet();
    const address = new URL(`/people/v1/events?user=${encodeURIComponent(this.user)}`, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.socket = socket;
    let heard = Date.now();
    socket.addEventListener("message", ({ data }) => {
      if (this.socket !== socket || this.closed) return;
      heard = Date.now();
      const frame = JSON.parse(data);
      if (frame.t === "PONG") return;
      if (frame.t !== "READY") this.on.frame(frame);
      else {
        this.wait = FIRST_WAIT_MS;
        this.on.open();
      }
    });
    socket.addEventListener("close", () => this.#lost(socket));
    const ping = setInterval(() => {
      if (Date.now() - heard > SILENCE_MS) socket.close();
      else if (socket.readyState === WebSocket.OPEN) socket.send("ping");
    }, PING_EVERY_MS);
    this.timers.add(ping);
  }

  #lost(socket) {
    if (this.closed || this.socket !== socket) return;
    this.socket = null;
    this.#quiet();
    this.on.lost();
    this.timers.add(setTimeout(() => this.#connect(), this.wait * (0.8 + 0.4 * Math.random())));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  #hurry() {
    if (this.closed || this.socket) return;
    this.wait = FIRST_WAIT_MS;
    this.#connect();
  }

  #quiet() {
    for (const timer of this.timers) clearInterval(timer);
    this.timers.clear();
  }
}
