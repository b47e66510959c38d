// The entries of the wire as they come, from /control/v1/wire. It keeps the last ones and comes back by itself when
// the local Discord was away; what was there before the window opened counts as seen.

const KEPT = 1000;
const AGAIN_MS = 2000;

export class WireFeed {
  /** `heard(entry)` is called for each; `cleared()` when all are read anew. */
  constructor({ heard, cleared }) {
    Object.assign(this, { heard, cleared, entries: [], last: 0 });
    this.#begin();
  }

  clear() {
    this.entries = [];
  }

  async #begin() {
    try {
      const response = await fetch(`/control/v1/wire?since=${this.last}`, { signal: AbortSignal.timeout(10000), headers: { Accept: "application/json" } });
      if (!response.ok) return; // a local Discord without a wire
      for (const entry of await response.json()) this.#keep(entry, { old: true });
    } catch {
      return void setTimeout(() => this.#begin(), AGAIN_MS);
    }
    this.#listen();
  }

  #listen() {
    const address = new URL(`/control/v1/wire?since=${this.last}`, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    socket.addEventListener("message", ({ data }) => this.#keep(JSON.parse(data), { old: false }));
    socket.addEventListener("close", () => setTimeout(() => this.#again(), AGAIN_MS));
  }

  /** Wait until the page itself is connected again, so that no request is sent into nothing. */
  #again() {
    if (!navigator.onLine || !document.body.dataset.ready) return void setTimeout(() => this.#again(), AGAIN_MS);
    Object.assign(this, { entries: [], last: 0 }); // it may be another local Discord, whose numbers begin anew
    this.cleared();
    this.#begin();
  }

  #keep(entry, { old }) {
    this.last = entry.number;
    this.entries.push(entry);
    if (this.entries.length > KEPT) this.entries.splice(0, this.entries.length - KEPT);
    this.heard(entry, { old });
  }
}
