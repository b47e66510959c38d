// The colours of a code block that is marked "ansi", as Discord's desktop client draws them: 30 to 37, 40 to 47,
// bold and underlined. Every other sequence is left out.
// Source: ECMA-48, section 8.3.117 (SGR); which of it Discord draws: its own client.

import { el } from "./dom.js";

const SEQUENCE = /\u001b\[([\d;]*)m/;
const KINDS = [/^1$/, /^4$/, /^3[0-7]$/, /^4[0-7]$/];

/** The text as nodes: what has a colour in a span, what has none as a string. */
export function ansi(text) {
  let worn = [];
  return text.split(SEQUENCE).flatMap((piece, at) => {
    if (at % 2) worn = (piece || "0").split(";").reduce(dressed, worn);
    else if (piece) return worn.length ? el("span", { class: worn.map((code) => `ansi-${code}`).join(" ") }, piece) : piece;
    return [];
  });
}

function dressed(worn, code) {
  const kind = KINDS.find((each) => each.test(code));
  if (kind) return [...worn.filter((each) => !kind.test(each)), code];
  return Number(code) === 0 ? [] : worn;
}
