// The inside of a line of Discord's Markdown: emphasis, code, spoilers, links, mentions, stamps. It walks the
// text with one rule at a time and builds nodes; a link is made only for http and https addresses, and a
// masked link never when its own text looks like another address (Discord refuses those too).

import { cssColour, displayName, el, inRoleColour } from "./dom.js";
import { timeStamp } from "./times.js";
import { say } from "./words.js";

const DEEPEST = 12; // nested styles beyond this stay text, which bounds the work for hostile input
const URL_LIKE = /^\s*(?:https?:\/\/|www\.)|\w\.(?:com|org|net|io|gg|dev)\b/i;

/** `names` is {user(id), channel(id), role(id)}, each giving an object or null; gives nodes and strings. */
export function inline(text, names, depth = 0) {
  if (depth > DEEPEST) return [text];
  const parts = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const taken = SPECIAL.has(text[at]) ? match(text, at, names, depth) : null;
    if (!taken) {
      plain += text[at++];
      continue;
    }
    if (typeof taken.node === "string") plain += taken.node;
    else {
      if (plain) parts.push(plain);
      plain = "";
      parts.push(taken.node);
    }
    at += taken.length;
  }
  if (plain) parts.push(plain);
  return parts;
}

function match(text, at, names, depth) {
  if (text[at] === "`") return code(text, at);
  for (const [pattern, build] of RULES) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) continue;
    const within = (inside) => inline(inside, names, depth + 1);
    const node = build(found, within, names, text[at - 1] ?? "");
    if (node !== null) return { node, length: found[0].length };
  }
  return null;
}

// The first characters of every rule below: all other characters are copied without a try.
const SPECIAL = new Set("\\`*_~|[<h@");

// In the order in which they are tried; a build that gives null lets the next rule try.
const RULES = [
  [/\\([^0-9A-Za-z\s])/y, ([, character]) => character],
  [/\[((?:\\.|[^\]\\\n]){1,500})\]\(<?([^\s<>()]+(?:\([^\s()]*\))?[^\s<>()]*)>?(?: +"[^"\n]*")?\)/y,
    ([, words, address], within) => (URL_LIKE.test(words) ? null : link(address, within(words)))],
  [/<(https?:\/\/[^\s<>]+)>/y, ([, address]) => link(address)],
  [/https?:\/\/[^\s<>]*[^\s<>.,:;"'\])*_~|]/y, ([address], _, __, before) => (/\w/.test(before) ? null : link(address))],
  [/<@!?(\d{15,20})>/y, ([, id], _, names) => mention("@", names.user(id) && displayName(names.user(id)), "user", { user: id })],
  [/<@&(\d{15,20})>/y, ([, id], _, names) => role(names.role(id))],
  [/<#(\d{15,20})>/y, ([, id], _, names) => channel(names.channel(id), id)],
  [/<\/([-_'\p{L}\p{N}]{1,32}(?: [-_'\p{L}\p{N}]{1,32}){0,2}):(\d{1,20})>/uy,
    ([, name]) => el("button", { type: "button", class: "mention", dataset: { command: name } }, `/${name}`)],
  [/<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>/y, ([, seconds, style]) => timeStamp(Number(seconds), style)],
  [/<a?(:\w{2,32}:)\d{15,20}>/y, ([, name]) => el("span", { class: "emoji-name" }, name)],
  [/@(?:everyone|here)\b/y, ([name]) => el("span", { class: "mention" }, name)],
  [/\|\|([^]+?)\|\|/y, ([, inside], within) => spoiler(within(inside))],
  [/\*\*\*([^*\s](?:[^]*?[^\s\\])?)\*\*\*(?!\*)/y, ([, inside], within) => el("em", {}, el("strong", {}, within(inside)))],
  [/\*\*([^]+?)\*\*(?!\*)/y, ([, inside], within) => el("strong", {}, within(inside))],
  [/__([^]+?)__(?!_)/y, ([, inside], within) => el("u", {}, within(inside))],
  [/~~([^]+?)~~(?!_)/y, ([, inside], within) => el("s", {}, within(inside))],
  [/\*(?![\s*])((?:\\.|\*\*(?:(?!\*\*)[^])+\*\*|[^*\\])+?)(?<!\s)\*(?!\*)/y, ([, inside], within) => el("em", {}, within(inside))],
  [/_(?![\s_])((?:\\.|__|[^_\\])+?)(?<!\s)_(?![\w_])/y,
    ([, inside], within, _, before) => (/\w/.test(before) ? null : el("em", {}, within(inside)))],
];

/** `code` between two runs of equally many backticks; without a second run, the first stays text. Linear, unlike a pattern. */
function code(text, at) {
  const run = (from) => {
    let end = from;
    while (text[end] === "`") end += 1;
    return end - from;
  };
  const marks = run(at);
  const start = at + marks;
  for (let end = text.indexOf("`", start); end !== -1; ) {
    const closing = run(end);
    if (closing === marks) {
      const inside = text.slice(start, end);
      return { node: el("code", {}, inside.replace(/^ (`.*`) $/, "$1")), length: end + marks - at };
    }
    end = text.indexOf("`", end + closing);
  }
  return { node: "`".repeat(marks), length: marks };
}

function link(address, words = null) {
  let target;
  try {
    target = new URL(address);
  } catch {
    return null;
  }
  if (target.protocol !== "http:" && target.protocol !== "https:") return null;
  const title = words ? target.href : null; // a masked link says where it leads
  return el("a", { href: target.href, title, target: "_blank", rel: "noopener noreferrer nofollow" }, words ?? address);
}

function mention(mark, name, kind, dataset) {
  const tag = name && dataset.user ? ["button", { type: "button" }] : ["span", {}];
  return el(tag[0], { ...tag[1], class: "mention", dataset: { kind, ...dataset } }, name ? mark + name : `${mark}unknown-${kind}`);
}

function channel(found, id) {
  if (!found) return mention("# ", null, "channel", {});
  return el("button", { type: "button", class: "mention", dataset: { channel: id } }, `# ${found.name}`);
}

function role(found) {
  const node = mention("@", found?.name.replace(/^@/, "") ?? null, "role", {});
  if (found?.color) {
    inRoleColour(node, found.color);
    node.style.backgroundColor = `${cssColour(found.color)}1a`;
  }
  return node;
}

function spoiler(inside) {
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": say("spoiler") }, el("span", {}, inside));
  const show = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    if (!node.classList.contains("shown")) event.preventDefault();
    node.classList.add("shown");
    node.removeAttribute("role");
    node.removeAttribute("aria-label");
  };
  node.addEventListener("click", show);
  node.addEventListener("keydown", show);
  return node;
}
