// Builds and patches DOM nodes. It exists so that no other module ever needs innerHTML:
// every string given here becomes a text node or an attribute, so nothing a person or a
// bot writes can turn into markup.

import { ICONS } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";

/** Build `<tag>`; `on…` attributes are listeners, `class`/`dataset`/`style` do what they say, null and false are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  node.append(...flat(children));
  return node;
}

/** Replace all children of `parent`. */
export function fill(parent, ...children) {
  parent.replaceChildren(...flat(children));
  return parent;
}

/** Make `parent`'s children equal to `fresh`, touching only the nodes that differ (no flicker, selection kept). */
export function patchChildren(parent, fresh) {
  const wanted = flat(fresh).map((node) => (typeof node === "string" ? document.createTextNode(node) : node));
  wanted.forEach((node, at) => {
    const present = parent.childNodes[at];
    if (!present) parent.append(node);
    else if (!present.isEqualNode(node)) patchNode(present, node);
  });
  while (parent.childNodes.length > wanted.length) parent.lastChild.remove();
}

/** One of the page's own icons, hidden from screen readers (the button around it carries the label). */
export function icon(name) {
  const node = document.createElementNS(SVG, "svg");
  node.setAttribute("viewBox", "0 0 24 24");
  node.setAttribute("class", "icon");
  node.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name] ?? ICONS.help);
  node.append(path);
  return node;
}

/** A coloured disc with a person's initials. */
export function avatar(user, size = "") {
  const node = el("span", { class: `avatar ${size}`, "aria-hidden": "true" }, initials(displayName(user)));
  const colour = colourOf(user);
  node.style.backgroundColor = colour;
  if (isBright(colour)) node.style.color = "#1e1f22";
  return node;
}

export const displayName = (user) => user?.nick || user?.global_name || user?.username || "Unknown user";

/** Give `node` the colour of a role (0 for none); the style sheet darkens it where the page is light. */
export function inRoleColour(node, colour) {
  if (!colour) return node;
  node.classList.add("role-coloured");
  node.style.setProperty("--role", cssColour(colour));
  return node;
}

/** Discord's integer colours as CSS; 0 means "no colour". */
export const cssColour = (value) => (value ? `#${value.toString(16).padStart(6, "0")}` : "");

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "dataset") Object.assign(node.dataset, value);
  else if (name === "style") Object.assign(node.style, value);
  else if (name === "value") node.value = value;
  else node.setAttribute(name, value === true ? "" : value);
}

const flat = (children) =>
  children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

function patchNode(present, wanted) {
  const alike = present.nodeType === wanted.nodeType && present.nodeName === wanted.nodeName;
  if (alike && present.nodeType === Node.TEXT_NODE) present.data = wanted.data;
  else if (alike && present.cloneNode(false).isEqualNode(wanted.cloneNode(false))) {
    patchChildren(present, [...wanted.childNodes]);
  } else present.replaceWith(wanted);
}

function initials(name) {
  const words = name.trim().split(/\s+/u);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const second = words.length > 1 ? [...words[words.length - 1]][0] : "";
  return (first + second).toUpperCase();
}

/** Whether dark letters read better on it than white ones. */
function isBright(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 150;
}

const PALETTE = ["#5865f2", "#3b8e5a", "#c2760c", "#b8397a", "#2f7fb5", "#8a5cd0", "#a8483a", "#4f7a28"];

function colourOf(user) {
  const given = user?.avatar_color;
  if (typeof given === "string" && /^#[0-9a-f]{6}$/i.test(given)) return given;
  if (typeof given === "number" && given > 0) return cssColour(given);
  if (user?.bot) return PALETTE[0];
  return PALETTE[Number(BigInt(user?.id ?? 0) % BigInt(PALETTE.length))];
}
