// The files of a message: pictures as a small gallery, sound and film with a player, everything else as a card with its
// size and a download. Text files carry a preview, since drafts are taken away as Markdown.

import { ownAddress } from "./api.js";
import { el, icon } from "./dom.js";
import { covered, isFilm, isPicture, isSound, picture, player } from "./media.js";
import { say } from "./words.js";

const PREVIEW_BYTES = 65536;
const PREVIEW_LINES = 8;
const TEXT_NAMES = /\.(md|markdown|txt|json|csv|log|toml|ya?ml|fountain|py|js)$/i;
const UNITS = ["bytes", "KB", "MB", "GB"];
const IS_SPOILER = 8;

/** The nodes for all files of a message. */
export function attachments(files) {
  const pictures = files.filter(isPicture);
  const rest = files.filter((file) => !isPicture(file));
  return [
    pictures.length ? el("div", { class: `gallery of-${Math.min(pictures.length, 4)}` }, pictures.map((file) => picture(file, {
      alt: file.description ?? file.title ?? file.filename, spoiler: isSpoiler(file), most: pictures.length > 1 ? [260, 260] : undefined,
    }))) : null,
    rest.map(attachment),
  ];
}

/** One file as a card (or a player), covered when it is a spoiler. */
export function attachment(file) {
  if (isPicture(file)) return attachments([file])[0];
  const card = fileCard(file);
  if (isSound(file) || isFilm(file)) card.prepend(player(file) ?? "");
  return isSpoiler(file) ? covered(card) : card;
}

/** A card with name, size and download; text that is on this host can be read in place. */
export function fileCard(file) {
  const address = ownAddress(file.url);
  const download = address && `${address}${address.includes("?") ? "&" : "?"}download=1`;
  const name = file.title ?? file.filename;
  const head = el("div", { class: "file-head" }, icon("file"),
    el("div", { class: "file-words" },
      download ? el("a", { class: "file-name", href: download, download: file.filename, rel: "noopener" }, name) : el("span", { class: "file-name" }, name),
      el("span", { class: "file-size" }, address ? size(file.size) : say("file.gone"))),
    download && el("a", {
      class: "icon-button", href: download, download: file.filename,
      "aria-label": say("file.download", file.filename), title: say("file.download", file.filename),
    }, icon("download")));
  const node = el("div", { class: "file", dataset: { id: file.id } }, head);
  const texty = TEXT_NAMES.test(file.filename) || file.content_type?.startsWith("text/");
  if (address && texty && file.size <= PREVIEW_BYTES) preview(node, address);
  return node;
}

/** 1536 as "1.50 KB". */
export function size(bytes) {
  let at = 0;
  let value = bytes ?? 0;
  while (value >= 1024 && at < UNITS.length - 1) [value, at] = [value / 1024, at + 1];
  return `${at ? value.toFixed(2) : value} ${UNITS[at]}`;
}

const isSpoiler = (file) => Boolean((file.flags ?? 0) & IS_SPOILER) || file.filename?.startsWith("SPOILER_");

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
