// Writes times the way Discord does, in the reader's language. It exists apart from markdown.js because
// message headers, day lines and <t:…:R> stamps share it, and relative stamps have to be kept up to date.

import { el } from "./dom.js";
import { getLocale, say } from "./words.js";

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};
const UNITS = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

const write = (at, options) => new Intl.DateTimeFormat(getLocale(), options).format(at);

export const clockTime = (at) => write(at, STYLES.t);
export const longDay = (at) => write(at, STYLES.D);
export const fullTime = (at) => write(at, STYLES.F);
export const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

/** "Today at 14:03", "Yesterday at 14:03" or a short date and time. */
export function headerTime(at, now = Date.now()) {
  if (sameDay(at, now)) return say("time.today", clockTime(at));
  if (sameDay(at, now - 86400000)) return say("time.yesterday", clockTime(at));
  return write(at, { dateStyle: "short", timeStyle: "short" });
}

/** The node for `<t:seconds:style>`; out-of-range seconds give null. */
export function timeStamp(seconds, style = "f") {
  const at = seconds * 1000;
  if (Number.isNaN(new Date(at).getTime())) return null;
  const text = style === "R" ? relative(seconds) : write(at, STYLES[style]);
  const node = el("time", { class: "stamp", datetime: new Date(at).toISOString(), title: fullTime(at) }, text);
  if (style === "R") node.dataset.relative = String(seconds);
  return node;
}

/** The node for the time that is left until `at` (ms since 1970): "3h left"; `over` are the words once it has passed. */
export function timeLeft(at, over) {
  const node = el("time", { class: "left", datetime: new Date(at).toISOString(), title: fullTime(at), dataset: { until: String(at), over } });
  node.textContent = left(node);
  return node;
}

/** Keep every relative stamp on the page true; returns the function that stops it. */
export function keepStampsFresh(every = 1000) {
  const timer = setInterval(() => {
    for (const node of document.querySelectorAll("time[data-relative], time[data-until]")) {
      const text = node.dataset.until ? left(node) : relative(Number(node.dataset.relative));
      if (node.textContent !== text) node.textContent = text;
    }
  }, every);
  return () => clearInterval(timer);
}

function relative(seconds) {
  const away = seconds - Date.now() / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(away) >= length) ?? UNITS[UNITS.length - 1];
  return new Intl.RelativeTimeFormat(getLocale(), { numeric: "auto" }).format(Math.round(away / size), unit);
}

function left({ dataset }) {
  const seconds = (Number(dataset.until) - Date.now()) / 1000;
  if (seconds <= 0) return dataset.over;
  const [unit, size] = UNITS.slice(2).find(([, length]) => seconds >= length) ?? UNITS[UNITS.length - 1];
  return say("poll.left", new Intl.NumberFormat(getLocale(), { style: "unit", unit, unitDisplay: "narrow" }).format(Math.ceil(seconds / size)));
}
