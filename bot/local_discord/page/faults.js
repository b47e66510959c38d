// The small bar of faults in the wire drawer: what may go wrong with a bot's connection, at the press of a button.
// It asks /control/v1 and shows what is in force; what a fault does is the server's.

import { call } from "./api.js";
import { el, fill } from "./dom.js";
import { say } from "./words.js";

const root = "/control/v1";
const ACTS = [
  ["faults.latency", "/faults", { kind: "latency", seconds: 1, count: 20 }],
  ["faults.storm", "/faults", { kind: "storm", retry_after: 1, count: 5 }],
  ["faults.failure", "/faults", { kind: "failure", status: 503, count: 3 }],
  ["faults.drop", "/faults", { kind: "drop", count: 1 }],
  ["faults.disconnect", "/gateway/disconnect", { code: 4000, resumable: true }],
  ["faults.invalidate", "/gateway/disconnect", { code: 4009, resumable: false }],
  ["faults.reconnect", "/gateway/disconnect", { reconnect: true }],
  ["faults.clock", "/clock/advance", { seconds: 900 }],
];

export class FaultBar {
  constructor() {
    this.root = el("div", { class: "faults" });
    this.root.hidden = true;
    this.said = el("span", { class: "faults-said", role: "status" });
  }

  /** Show or hide it; tells whether it is shown. */
  toggle() {
    this.root.hidden = !this.root.hidden;
    if (!this.root.hidden) this.draw();
    return !this.root.hidden;
  }

  draw() {
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", say("faults"));
    fill(this.root, ACTS.map(([words, path, body]) => this.#button(words, () => call("POST", path, { root, body }), "secondary")),
      this.#button("faults.end", () => call("DELETE", "/faults", { root }), "primary"), this.said);
  }

  #button(words, act, look) {
    return el("button", { type: "button", class: `button small ${look}`, title: say(`${words}.note`), onclick: () => this.#do(words, act) }, say(words));
  }

  async #do(words, act) {
    try {
      await act();
      this.said.textContent = `${say(words)} ✓`;
    } catch (error) {
      this.said.textContent = error.message;
    }
  }
}
