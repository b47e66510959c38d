// The components of a message, kept in step with what the message now says: what did not change stays the same node, so
// that an edit neither closes an open list nor loses the focus. Buttons and selects pass presses on and say beneath
// themselves when one came to nothing; what only shows something is in layout.js.

import { ownAddress } from "./api.js";
import { el, icon } from "./dom.js";
import { emoji } from "./emoji.js";
import { LAYOUT } from "./layout.js";
import { isSelect, SelectBox, selectOptions } from "./select.js";
import { say } from "./words.js";

const ROW = 1;
const BUTTON = 2;
const LINK = 5;
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "secondary" };

/** Make the children of `parent` those of `list`. `context` is {names, store, press(component, values)} -> outcome. */
export function drawComponents(parent, list, context) {
  const wanted = (list ?? []).filter((component) => KINDS[component.type] || isSelect(component));
  wanted.forEach((component, at) => {
    const present = parent.children[at];
    const node = kept(present, component, context) ?? built(component, context);
    if (node === present) return;
    if (present) present.replaceWith(node);
    else parent.append(node);
  });
  while (parent.children.length > wanted.length) parent.lastElementChild.remove();
}

const KINDS = {
  ...LAYOUT,
  [ROW]: {
    build: () => el("div", { class: "component-row" }, el("div", { class: "row-parts" }), el("p", { class: "failure component-failure", role: "alert" })),
    parts: (node, row) => [[node.firstChild, row.components ?? []]],
  },
  [BUTTON]: { build: button },
};

const shells = new WeakMap(); // node -> what it was built from
/** A component as text; numbers that only name it, and change with every edit, are left out. */
const whole = (component) => JSON.stringify(component, function told(key, value) {
  return key === "id" && ("url" in this || typeof this.type === "number") ? undefined : value;
});
/** What the node itself shows, its inner components left out. */
const shell = (component) => (KINDS[component.type]?.parts ? whole({ ...component, components: 0, accessory: 0 }) : whole(component));

function kept(node, component, context) {
  const was = node && shells.get(node);
  if (!was || was.type !== component.type) return null;
  const kind = KINDS[component.type];
  if (was.shell !== shell(component)) {
    if (!kind?.patch) return null;
    kind.patch(node, component, context);
  }
  shells.set(node, { type: component.type, shell: shell(component) });
  for (const [inner, parts] of kind?.parts?.(node, component) ?? []) drawComponents(inner, parts, context);
  return node;
}

function built(component, context) {
  const node = isSelect(component) ? select(component, context) : KINDS[component.type].build(component, context);
  shells.set(node, { type: component.type, shell: shell(component) });
  for (const [inner, parts] of KINDS[component.type]?.parts?.(node, component) ?? []) drawComponents(inner, parts, context);
  return node;
}

function button(component, context) {
  const face = [component.emoji && emoji(component.emoji), component.label && el("span", { class: "label" }, component.label)];
  const style = STYLES[component.style] ?? "secondary";
  const name = component.label ? null : component.emoji?.name;
  if (component.style === LINK) return linkButton(component, face, name);
  const node = el("button", { type: "button", class: `button ${style}`, disabled: component.disabled, "aria-label": name, dataset: { customId: component.custom_id } },
    face, el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")));
  node.addEventListener("click", async () => {
    if (node.classList.contains("busy")) return;
    node.classList.add("busy");
    node.setAttribute("aria-busy", "true");
    await pressed(node, component, null, context);
    node.classList.remove("busy");
    node.removeAttribute("aria-busy");
  });
  return node;
}

function linkButton(component, face, name) {
  const address = safeAddress(component.url);
  return el("a", {
    class: "button link", href: component.disabled ? null : address, role: "link", "aria-label": name, target: "_blank",
    rel: "noopener noreferrer nofollow", title: component.url, "aria-disabled": component.disabled || !address ? "true" : null,
  }, face, icon("external"));
}

/** An http or https address (on this host where it is ours), else null. */
function safeAddress(url) {
  const own = ownAddress(url);
  if (own) return own;
  try {
    const parsed = new URL(url);
    return ["http:", "https:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null; // not an address: the button stays without one
  }
}

function select(component, context) {
  const box = new SelectBox({
    options: selectOptions(component, context.store), placeholder: component.placeholder, min: component.min_values ?? 1,
    max: component.max_values ?? 1, disabled: component.disabled, searchable: component.type !== 3,
    changed: async (values) => {
      box.root.setAttribute("aria-busy", "true");
      if (!(await pressed(box.root, component, values, context))) box.restore();
      box.root.removeAttribute("aria-busy");
    },
  });
  box.box.dataset.customId = component.custom_id;
  return box.root;
}

/** Send a press; say next to the component when nothing came of it. */
async function pressed(node, component, values, context) {
  const place = () => {
    const row = node.closest(".component-row, .section");
    return row?.querySelector(":scope > .component-failure") ?? row?.appendChild(el("p", { class: "failure component-failure", role: "alert" }));
  };
  place()?.replaceChildren();
  const outcome = await context.press(component, values);
  if (!outcome.ok && node.isConnected) place()?.replaceChildren(icon("error"), outcome.refused ? outcome.message : say("command.failed"));
  else if (!outcome.ok) context.failed(outcome.refused ? outcome.message : say("command.failed"));
  return outcome.ok;
}
