// Pictures, sound and film in a message. Only what lies on this page's own host is loaded; of anything else a link says
// where it is. What is a spoiler is covered until one asks for it.

import { ownAddress } from "./api.js";
import { el, icon } from "./dom.js";
import { say } from "./words.js";

const PICTURES = /^image\/(png|jpe?g|gif|webp|avif|bmp)\b/i;
const PICTURE_NAMES = /\.(png|jpe?g|gif|webp|avif|bmp)$/i;
const MOST_WIDTH = 400;
const MOST_HEIGHT = 300;

export const isPicture = ({ content_type, filename }) => (content_type ? PICTURES.test(content_type) : PICTURE_NAMES.test(filename ?? ""));
export const isSound = ({ content_type }) => /^audio\//i.test(content_type ?? "");
export const isFilm = ({ content_type }) => /^video\//i.test(content_type ?? "");

/** A picture that opens larger; `media` is {url, width, height}. Its room is kept free while it loads. */
export function picture(media, { alt = "", spoiler = false, most = [MOST_WIDTH, MOST_HEIGHT], classes = "" } = {}) {
  const address = ownAddress(media.url);
  const words = alt || say("media.picture");
  if (!address) return spoiler ? covered(elsewhere(media.url)) : elsewhere(media.url);
  const image = el("img", { src: address, alt: words, loading: "lazy", decoding: "async", ...fitted(media, most) });
  image.addEventListener("error", () => image.replaceWith(el("span", { class: "media-gone" }, say("file.gone"))), { once: true });
  const node = el("button", { type: "button", class: `picture ${classes}`, "aria-label": say("media.open", words), title: alt || null, onclick: () => enlarge(address, words) }, image);
  return spoiler ? covered(node) : node;
}

/** A player for sound or film, or null when it is not on this host. */
export function player(file) {
  const address = ownAddress(file.url);
  if (!address) return null;
  return el(isSound(file) ? "audio" : "video", { class: "player", src: address, controls: true, preload: "metadata", "aria-label": file.title ?? file.filename });
}

/** `node` under a cover that a press takes away. */
export function covered(node) {
  const box = el("div", { class: "covered" }, el("div", { class: "under", inert: true }, node));
  const cover = el("button", { type: "button", class: "cover", "aria-label": say("spoiler"), onclick: () => {
    cover.remove();
    box.classList.add("shown");
    box.firstChild.inert = false;
    box.querySelector("button, a, [tabindex]")?.focus({ preventScroll: true });
  } }, el("span", {}, say("spoiler.word")));
  box.append(cover);
  return box;
}

function elsewhere(url) {
  let host = null;
  try {
    const parsed = new URL(url);
    if (["http:", "https:"].includes(parsed.protocol)) host = parsed.host;
  } catch {
    host = null; // not an address at all
  }
  if (!host) return el("span", { class: "media-gone" }, say("file.gone"));
  return el("a", { class: "media-elsewhere", href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, icon("external"), say("media.elsewhere", host));
}

function fitted({ width, height }, [mostWidth, mostHeight]) {
  if (!width || !height) return {};
  const scale = Math.min(1, mostWidth / width, mostHeight / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

function enlarge(address, alt) {
  const opener = document.activeElement;
  const dialog = el("dialog", { class: "lightbox", "aria-label": alt, onclick: () => dialog.close() },
    el("img", { src: address, alt }),
    el("p", {}, el("a", { href: address, target: "_blank", rel: "noopener", onclick: (event) => event.stopPropagation() }, say("media.open", alt)),
      el("button", { type: "button", class: "icon-button", "aria-label": say("action.close") }, icon("close"))));
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
}
