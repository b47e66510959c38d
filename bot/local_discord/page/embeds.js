// The cards of a message that its author drew up: title, text, fields, pictures. Pictures are loaded only from this
// page's own host (media.js). Files are in attachments.js and are passed on from here for whoever draws both.

import { cssColour, el } from "./dom.js";
import { markdown, markdownLine } from "./markdown.js";
import { picture } from "./media.js";
import { headerTime } from "./times.js";

export { attachment } from "./attachments.js";

const THUMBNAIL = [80, 80];

export function embed(card, names) {
  const title = card.title && (httpOnly(card.url)
    ? el("a", { href: card.url, target: "_blank", rel: "noopener noreferrer nofollow" }, markdownLine(card.title, names))
    : markdownLine(card.title, names));
  const stamp = card.timestamp && headerTime(Date.parse(card.timestamp));
  const footer = [card.footer?.text, stamp].filter(Boolean).join(" • ");
  const node = el("article", { class: "embed" },
    el("div", { class: "embed-text" },
      card.author?.name && el("div", { class: "embed-author" }, httpOnly(card.author.url)
        ? el("a", { href: card.author.url, target: "_blank", rel: "noopener noreferrer nofollow" }, card.author.name) : card.author.name),
      title && el("div", { class: "embed-title" }, title),
      card.description && el("div", { class: "embed-description markup" }, markdown(card.description, names)),
      card.fields?.length ? el("div", { class: "embed-fields" }, fields(card.fields, names)) : null),
    card.thumbnail?.url && picture(card.thumbnail, { most: THUMBNAIL, classes: "thumbnail" }),
    card.image?.url && picture(card.image, { classes: "embed-image" }),
    footer && el("div", { class: "embed-footer" }, footer));
  if (card.color) node.style.borderInlineStartColor = cssColour(card.color);
  return node;
}

function fields(list, names) {
  return list.map((field) => el("div", { class: field.inline ? "embed-field inline" : "embed-field" },
    el("div", { class: "embed-field-name" }, markdownLine(field.name, names)),
    el("div", { class: "markup" }, markdown(field.value, names))));
}

const httpOnly = (url) => typeof url === "string" && /^https?:\/\//i.test(url);
