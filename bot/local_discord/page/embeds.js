// The cards of a message: embeds and attached files. Pictures of embeds are not loaded, because nothing on
// this page may come from another host; text files are previewed, since drafts are taken away as Markdown.

import { ownAddress } from "./api.js";
import { cssColour, el, icon } from "./dom.js";
import { markdown, markdownLine } from "./markdown.js";
import { headerTime } from "./times.js";
import { say } from "./words.js";

const PREVIEW_BYTES = 65536;
const PREVIEW_LINES = 8;
const TEXT_NAMES = /\.(md|markdown|txt|json|csv|log|toml|ya?ml|fountain|py|js)$/i;
const UNITS = ["bytes", "KB", "MB", "GB"];

export function embed(card, names) {
  const title = card.title && (httpOnly(card.url)
    ? el("a", { href: card.url, target: "_blank", rel: "noopener noreferrer nofollow" }, markdownLine(card.title, names))
    : markdownLine(card.title, names));
  const stamp = card.timestamp && headerTime(Date.parse(card.timestamp));
  const footer = [card.footer?.text, stamp].filter(Boolean).join(" • ");
  const node = el("article", { class: "embed" },
    card.author?.name && el("div", { class: "embed-author" }, card.author.name),
    title && el("div", { class: "embed-title" }, title),
    card.description && el("div", { class: "embed-description markup" }, markdown(card.description, names)),
    card.fields?.length ? el("div", { class: "embed-fields" }, fields(card.fields, names)) : null,
    footer && el("div", { class: "embed-footer" }, footer));
  if (card.color) node.style.borderInlineStartColor = cssColour(card.color);
  return node;
}

/** A file with its name, size and download link; text files carry a preview that can be unfolded. */
export function attachment(file) {
  const address = ownAddress(file.url);
  const download = address && `${address}${address.includes("?") ? "&" : "?"}download=1`;
  const head = el("div", { class: "file-head" }, icon("file"),
    el("div", { class: "file-words" },
      el("a", { class: "file-name", href: download, download: file.filename, rel: "noopener" }, file.title ?? file.filename),
      el("span", { class: "file-size" }, size(file.size))),
    download && el("a", {
      class: "icon-button", href: download, download: file.filename,
      "aria-label": say("file.download", file.filename), title: say("file.download", file.filename),
    }, icon("download")));
  const node = el("div", { class: "file", dataset: { id: file.id } }, head);
  const texty = TEXT_NAMES.test(file.filename) || file.content_type?.startsWith("text/");
  if (address && texty && file.size <= PREVIEW_BYTES) preview(node, address);
  return node;
}

async function preview(node, address) {
  const code = el("code");
  const box = el("pre", { class: "file-preview", tabindex: "0" }, code);
  const fold = el("button", { type: "button", class: "fold", "aria-expanded": "false" });
  let lines;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(10000) });
    if (!response.ok) return;
    lines = (await response.text()).split("\n");
  } catch {
    return; // the link is there all the same
  }
  let open = false;
  const draw = () => {
    code.textContent = lines.slice(0, open ? lines.length : PREVIEW_LINES).join("\n");
    fold.textContent = open ? say("file.less") : `${say("file.all")} (${lines.length})`;
    fold.setAttribute("aria-expanded", String(open));
  };
  fold.addEventListener("click", () => {
    open = !open;
    draw();
  });
  draw();
  node.prepend(box);
  if (lines.length > PREVIEW_LINES) box.after(fold);
}

function fields(list, names) {
  return list.map((field) => el("div", { class: field.inline ? "embed-field inline" : "embed-field" },
    el("div", { class: "embed-field-name" }, markdownLine(field.name, names)),
    el("div", { class: "markup" }, markdown(field.value, names))));
}

function size(bytes) {
  let at = 0;
  let value = bytes ?? 0;
  while (value >= 1024 && at < UNITS.length - 1) [value, at] = [value / 1024, at + 1];
  return `${at ? value.toFixed(2) : value} ${UNITS[at]}`;
}

const httpOnly = (url) => typeof url === "string" && /^https?:\/\//i.test(url);
