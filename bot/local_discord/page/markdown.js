// Discord's Markdown, block by block, into DOM nodes. It handles what spans lines (fences, quotes, headings,
// lists, subtext) and leaves the inside of a line to markdown_inline.js. Only nodes are built, never markup
// text, so hostile input stays text. Source: https://support.discord.com/hc/articles/210298617

import { ansi } from "./ansi.js";
import { el } from "./dom.js";
import { inline } from "./markdown_inline.js";

const FENCE = "```";
const LANGUAGE = /^([\w+.#-]{1,30})\n/;
const HEADING = /^(#{1,3}) +(\S.*)$/;
const SUBTEXT = /^-#\s+(.+)$/;
const ITEM = /^(\s*)(?:([-*])|(\d{1,9})\.)\s+(.*)$/;
const QUOTE_START = /^>(?:>>)? /m;
const INDENTED = /^ {2,}\S/;
const DEEPEST_LIST = 10;

/** `names` looks up mentions: {user(id), channel(id), role(id)}; gives a list of nodes. */
export const markdown = (text, names) => blocks(String(text ?? ""), names);

/** One line without blocks, as in embed field names and pins' titles. */
export const markdownLine = (text, names) => inline(String(text ?? ""), names);

/** Fences and quotes, in the order in which they come; a quote may hold a fence, but no other quote. */
function blocks(text, names, quoted = false) {
  const nodes = [];
  let rest = text;
  while (rest) {
    const fenced = nextFence(rest);
    const quoteAt = quoted ? -1 : rest.search(QUOTE_START);
    const first = fenced && (quoteAt === -1 || fenced.start < quoteAt) ? fenced : quoteAt !== -1 && quote(rest, quoteAt, names);
    if (!first) return [...nodes, ...lines(rest, names)];
    const before = rest.slice(0, first.start).replace(/\n$/, "");
    if (before) nodes.push(...lines(before, names));
    nodes.push(first.node ?? fence(first.inside));
    rest = rest.slice(first.end).replace(/^\n/, "");
  }
  return nodes;
}

function nextFence(text) {
  const start = text.indexOf(FENCE);
  const closes = start === -1 ? -1 : text.indexOf(FENCE, start + FENCE.length);
  const inside = closes === -1 ? "" : text.slice(start + FENCE.length, closes);
  return inside.trim() ? { start, inside, end: closes + FENCE.length } : null;
}

/** The quote that starts at `start`: the lines marked "> ", or everything after ">>> ". */
function quote(text, start, names) {
  if (text.startsWith(">>> ", start)) return { start, end: text.length, node: el("blockquote", {}, blocks(text.slice(start + 4), names, true)) };
  const inside = [];
  for (const line of text.slice(start).split("\n")) {
    if (!line.startsWith("> ")) break;
    inside.push(line.slice(2));
  }
  const length = inside.reduce((sum, line) => sum + line.length + 3, -1);
  return { start, end: start + length, node: el("blockquote", {}, blocks(inside.join("\n"), names, true)) };
}

function fence(inside) {
  const language = LANGUAGE.exec(inside)?.[1];
  const text = language ? inside.slice(language.length + 1) : inside;
  let [from, to] = [0, text.length];
  while (text[from] === "\n") from += 1;
  while (to > from && text[to - 1] === "\n") to -= 1;
  const code = text.slice(from, to);
  return el("pre", { tabindex: "0" }, el("code", language ? { "data-language": language } : {}, language === "ansi" ? ansi(code) : code));
}

function lines(text, names) {
  const all = text.split("\n");
  const nodes = [];
  let plain = [];
  const flush = () => {
    if (plain.length) nodes.push(el("span", { class: "text" }, inline(plain.join("\n"), names)));
    plain = [];
  };
  for (let at = 0; at < all.length; ) {
    const taken = block(all, at, names);
    if (taken) {
      flush();
      nodes.push(taken.node);
      at += taken.count;
    } else plain.push(all[at++]);
  }
  flush();
  return nodes;
}

function block(all, at, names) {
  const line = all[at];
  const heading = HEADING.exec(line);
  if (heading) return { node: el(`h${heading[1].length + 2}`, { class: `h${heading[1].length}` }, inline(heading[2], names)), count: 1 };
  const subtext = SUBTEXT.exec(line);
  if (subtext) return { node: el("small", { class: "subtext" }, inline(subtext[1], names)), count: 1 };
  return ITEM.test(line) ? list(all, at, names, 0) : null;
}

function list(all, at, names, depth) {
  const first = ITEM.exec(all[at]);
  const indent = first[1].length;
  const node = first[3] ? el("ol", { start: first[3] }) : el("ul");
  let count = 0;
  while (at + count < all.length) {
    const item = ITEM.exec(all[at + count]);
    if (!item && count && INDENTED.test(all[at + count])) { // a further line of the item above
      node.lastChild.append("\n", ...inline(all[at + count].trim(), names));
      count += 1;
      continue;
    }
    if (!item || item[1].length < indent || Boolean(item[3]) !== Boolean(first[3])) break;
    if (item[1].length > indent && depth < DEEPEST_LIST && node.lastChild) {
      const inner = list(all, at + count, names, depth + 1);
      node.lastChild.append(inner.node);
      count += inner.count;
    } else {
      node.append(el("li", {}, inline(item[4], names)));
      count += 1;
    }
  }
  return { node, count };
}
