// Builds and patches DOM nodes. It exists so that no other module ever needs innerHTML:
// every string given here becomes a text node or an attribute, so nothing a person or a
// bot writes can turn into markup.

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
  path.setAttribute("d", ICONS[name]);
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

// Path data drawn for this page, on a 24 x 24 grid.
const ICONS = {
  hash: "M10.1 3.1 9.5 7H5v2h4.2l-.9 6H4v2h4l-.6 3.9h2L10 17h5l-.6 3.9h2L17 17h4v-2h-3.7l.9-6H22V7h-3.5l.6-3.9h-2L16.5 7h-5l.6-3.9zM11.2 9h5l-.9 6h-5z",
  thread: "M4 4h12a3 3 0 0 1 3 3v1h-2V7a1 1 0 0 0-1-1H5v8h3v2H6l-3 3V5a1 1 0 0 1 1-1zm7 6h9a1 1 0 0 1 1 1v11l-3-3h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1zm1 2v5h7v-5z",
  pin: "M14.5 2.5 21.5 9.5l-1.4 1.4-1-.3-4.2 4.2.2 3.7-1.4 1.4-4.3-4.3L4.5 20.5 3.5 19.5l4.9-4.9-4.3-4.3 1.4-1.4 3.7.2 4.2-4.2-.3-1z",
  menu: "M3 5h18v2H3zm0 6h18v2H3zm0 6h18v2H3z",
  close: "M5.6 4.2 12 10.6l6.4-6.4 1.4 1.4L13.4 12l6.4 6.4-1.4 1.4L12 13.4l-6.4 6.4-1.4-1.4L10.6 12 4.2 5.6z",
  more: "M6 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm6 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm6 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
  file: "M6 2h8l5 5v14a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1zm7 1.5V8h4.5zM8 12v1.5h8V12zm0 4v1.5h6V16z",
  download: "M11 3h2v9.2l3.3-3.3 1.4 1.4-5.7 5.7-5.7-5.7 1.4-1.4 3.3 3.3zM4 18h16v2H4z",
  external: "M13 4h7v7h-2V7.4l-8.3 8.3-1.4-1.4L16.6 6H13zM5 6h5v2H6v10h10v-4h2v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1z",
  chevron: "M6.7 8.3 12 13.6l5.3-5.3 1.4 1.4L12 16.4 5.3 9.7z",
  eye: "M12 5c5 0 8.7 4 10 7-1.3 3-5 7-10 7S3.3 15 2 12c1.3-3 5-7 10-7zm0 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8zm0 2a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
  reply: "M10 6v4h4a7 7 0 0 1 7 7v2h-2v-2a5 5 0 0 0-5-5h-4v4l-6.5-5z",
  help: "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20zm-1 14v2h2v-2zm1-10a4 4 0 0 0-4 3.6h2a2 2 0 1 1 3 2c-1.3.8-2 1.6-2 3.4h2c0-1 .3-1.3 1.3-1.9A4 4 0 0 0 12 6z",
  people: "M9 5a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM2 20c0-3.3 3-6 7-6s7 2.7 7 6zm13.5-7.2a4 4 0 0 0 .4-7.3 3.7 3.7 0 0 1 0 7.3zM18 20c0-2-.7-3.7-2-5 3.4.2 6 2.3 6 5z",
  send: "M3 3.5 21.5 12 3 20.5 5 13l9-1-9-1z",
  copy: "M8 3h11a1 1 0 0 1 1 1v13h-2V5H8zM5 7h10a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1zm1 2v10h8V9z",
  app: "M4 4h7v7H4zm9 0h7v7h-7zM4 13h7v7H4zm12-.5h1.5V16H21v1.5h-3.5V21H16v-3.5h-3.5V16H16z",
  error: "M12 2 1.5 21h21zm-1 7h2v6h-2zm0 7.5h2v2h-2z",
};
