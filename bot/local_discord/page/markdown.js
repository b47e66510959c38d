// Discord's Markdown, block by block, into DOM nodes. It handles what spans lines (fences, quotes, headings,
// lists, subtext) and leaves the inside of a line to markdown_inline.js. Only nodes are built, never markup
// text, so hostile input stays text. Source: https://support.discord.com/hc/articles/210298617

import { el } from "./dom.js";
import { inline } from "./markdown_inline.js";

const FENCE = "```";
const LANGUAGE = /^([\w+.#-]{1,30})\n/;
const HEADING = /^(#{1,3}) +(\S.*)$/;
const SUBTEXT = /^-#\s+(.+)$/;
const ITEM = /^(\s*)(?:([-*])|(\d{1,9})\.)\s+(.*)$/;
const QUOTE = /^> ?(.*)$/;
const DEEPEST_LIST = 10;

/** `names` looks up mentions: {user(id), channel(id), role(id)}; gives a list of nodes. */
export function markdown(text, names) {
  const nodes = [];
  let rest = String(text ?? "");
  for (;;) {
    const opens = rest.indexOf(FENCE);
    const closes = opens === -1 ? -1 : rest.indexOf(FENCE, opens + FENCE.length);
    const inside = closes === -1 ? "" : rest.slice(opens + FENCE.length, closes);
    if (!inside.trim()) return rest ? [...nodes, ...lines(rest, names)] : nodes;
    const before = rest.slice(0, opens).replace(/\n$/, "");
    if (before) nodes.push(...lines(before, names));
    nodes.push(fence(inside));
    rest = rest.slice(closes + FENCE.length).replace(/^\n/, "");
  }
}

/** One line without blocks, as in embed field names and pins' titles. */
export const markdownLine = (text, names) => inline(String(text ?? ""), names);

function fence(inside) {
  const language = LANGUAGE.exec(inside)?.[1];
  const text = language ? inside.slice(language.length + 1) : inside;
  let [from, to] = [0, text.length];
  while (text[from] === "\n") from += 1;
  while (to > from && text[to - 1] === "\n") to -= 1;
  return el("pre", { tabindex: "0" }, el("code", language ? { "data-language": language } : {}, text.slice(from, to)));
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
  if (line.startsWith(">>> ")) {
    const inside = [line.slice(4), ...all.slice(at + 1)].join("\n");
    return { node: el("blockquote", {}, lines(inside, names)), count: all.length - at };
  }
  if (line.startsWith("> ")) return quote(all, at, names);
  const heading = HEADING.exec(line);
  if (heading) return { node: el(`h${heading[1].length + 2}`, { class: `h${heading[1].length}` }, inline(heading[2], names)), count: 1 };
  const subtext = SUBTEXT.exec(line);
  if (subtext) return { node: el("small", { class: "subtext" }, inline(subtext[1], names)), count: 1 };
  return ITEM.test(line) ? list(all, at, names, 0) : null;
}

function quote(all, at, names) {
  let count = 0;
  while (at + count < all.length && all[at + count].startsWith("> ")) count += 1;
  const inside = all.slice(at, at + count).map((line) => QUOTE.exec(line)[1]);
  return { node: el("blockquote", {}, lines(inside.join("\n"), names)), count };
}

function list(all, at, names, depth) {
  const first = ITEM.exec(all[at]);
  const indent = first[1].length;
  const node = first[3] ? el("ol", { start: first[3] }) : el("ul");
  let count = 0;
  while (at + count < all.length) {
    const item = ITEM.exec(all[at + count]);
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
