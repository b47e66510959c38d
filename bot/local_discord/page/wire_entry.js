// What a line of the wire says about an entry, and what is shown when it is opened. Pure: no DOM, no requests.

const OPS = {
  0: "Dispatch", 1: "Heartbeat", 2: "Identify", 3: "Presence Update", 4: "Voice State Update", 6: "Resume", 7: "Reconnect", 8: "Request Guild Members",
  9: "Invalid Session", 10: "Hello", 11: "Heartbeat ACK", 31: "Request Soundboard Sounds",
};
const HEARTBEATS = [1, 11];
const CALLBACKS = { 1: "pong", 4: "message", 5: "defer", 6: "defer update", 7: "update message", 8: "choices", 9: "modal" };

/**
 * {kind, from, title, note, status, ms, bad, quiet, parts}: `from` is "bot" or "discord"; `bad` is "", "limit" (429) or
 * "error"; `quiet` entries (heartbeats) are left out of the whole list; `parts` are [label key, JSON or text].
 */
export function describe(entry) {
  return DESCRIBE[entry.kind]?.(entry) ?? { ...PLAIN, kind: entry.kind, title: entry.kind, parts: [["wire.part.body", entry]] };
}

/** Whether an entry has `query` anywhere in what it says, its bodies with it. */
export function matches(entry, query) {
  const text = (entry.words ??= JSON.stringify(entry).toLowerCase());
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

const PLAIN = { from: "discord", title: "", note: "", status: "", ms: null, bad: "", quiet: false };

const DESCRIBE = {
  request: (entry) => ({
    ...PLAIN, kind: "request", from: "bot", title: `${entry.method} ${entry.path}`, status: entry.status ? String(entry.status) : "—", ms: entry.took_ms,
    note: [callback(entry), entry.code ? `code ${entry.code}` : "", entry.scope, entry.fault].filter(Boolean).join(" · "),
    bad: entry.status === 429 ? "limit" : entry.status >= 400 || entry.status === 0 ? "error" : "",
    parts: [
      ["wire.part.about", about({ route: `${entry.method} ${entry.route}`, bucket: entry.bucket, remaining: entry.remaining, scope: entry.scope, code: entry.code, fault: entry.fault })],
      ["wire.part.body", entry.body], ["wire.part.answer", entry.answer],
    ],
  }),
  dispatch: (entry) => ({
    ...PLAIN, kind: "dispatch", title: entry.t, note: dispatched(entry.d), status: `#${entry.s}`,
    parts: [["wire.part.about", about({ event: entry.t, sequence: entry.s, shard: entry.shard })], ["wire.part.event", entry.d]],
  }),
  gateway: (entry) => ({
    ...PLAIN, kind: "gateway", from: entry.from, title: OPS[entry.op] ?? `op ${entry.op}`, status: `op ${entry.op}`, quiet: HEARTBEATS.includes(entry.op),
    bad: entry.op === 9 ? "error" : "", parts: [["wire.part.body", entry.d]],
  }),
  violation: ({ violation }) => ({
    ...PLAIN, kind: "violation", from: violation.direction === "request" ? "bot" : "discord", title: `${violation.method} ${violation.route}`, note: `${violation.path} ${violation.message}`.trim(),
    status: violation.direction === "request" ? "" : String(violation.status), bad: "error", parts: [["wire.part.violation", violation]],
  }),
};

const callback = ({ route, body }) => (/\/interactions\/.*\/callback$/.test(route ?? "") ? CALLBACKS[body?.type] ?? "" : "");

/** A few words of an event: what a reader would look for first. */
function dispatched(d) {
  if (!d || typeof d !== "object") return "";
  const command = d.data?.name ?? d.data?.custom_id;
  if (command) return String(command);
  if (typeof d.content === "string" && d.content) return d.content.slice(0, 80);
  return d.name ?? d.emoji?.name ?? "";
}

const about = (facts) => Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== "" && value !== null && value !== undefined && value !== 0));
