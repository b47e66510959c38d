// The blocks of Components V2 that only show something: text, sections, thumbnails, galleries, files, separators and
// containers. Each gives its outer node and says where its inner components belong; keeping them in step is
// components.js's.

import { cssColour, el, patchChildren } from "./dom.js";
import { fileCard } from "./attachments.js";
import { markdown } from "./markdown.js";
import { covered, picture } from "./media.js";

const LARGE = 2;
const MOST_SHOWN = 10;

/**
 * By component type: `build(component, context)` gives the node; `inner(node)` the element that holds
 * `children(component)`; `patch(node, component, context)` changes the node in place, where it can.
 */
export const LAYOUT = {
  9: {
    build: () => el("div", { class: "section" }, el("div", { class: "section-text" }), el("div", { class: "section-side" })),
    parts: (node, section) => [[node.firstChild, section.components ?? []], [node.lastChild, section.accessory ? [section.accessory] : []]],
  },
  10: {
    build: (text, { names }) => el("div", { class: "markup text-display" }, markdown(text.content, names)),
    patch: (node, text, { names }) => patchChildren(node, markdown(text.content, names)),
  },
  11: { build: (thumbnail) => picture(thumbnail.media, { alt: thumbnail.description, spoiler: thumbnail.spoiler, most: [85, 85], classes: "thumbnail" }) },
  12: { build: gallery },
  13: { build: file },
  14: { build: (separator) => el("hr", { class: `separator ${separator.divider === false ? "bare" : ""} ${separator.spacing === LARGE ? "large" : ""}` }) },
  17: {
    build: container,
    parts: (node, { components }) => [[node.matches(".container") ? node : node.querySelector(".container"), components ?? []]],
  },
};

function gallery({ items }) {
  const most = items.length > 1 ? [260, 260] : undefined;
  return el("div", { class: `gallery of-${Math.min(items.length, 4)}` }, items.slice(0, MOST_SHOWN).map((item) => picture(item.media, {
    alt: item.description, spoiler: item.spoiler, most,
  })));
}

function file({ file: media, name, size, spoiler }) {
  const filename = name ?? decodeURIComponent(media.url.split("?")[0].split("/").pop());
  const card = fileCard({ url: media.url, filename, size: size ?? 0, content_type: media.content_type });
  return spoiler ? covered(card) : card;
}

function container({ accent_color, spoiler }) {
  const node = el("div", { class: "container" });
  if (accent_color !== null && accent_color !== undefined) {
    node.classList.add("accented");
    node.style.borderInlineStartColor = cssColour(accent_color) || "#000000";
  }
  return spoiler ? covered(node) : node;
}
