// The interactive parts of a message: rows of buttons and selects, and the blocks of the newer layout
// (sections, containers, text, separators). It draws them and passes presses on; what a press leads to is
// told by `press`, and a refused one is shown by the message row.

import { el, icon } from "./dom.js";
import { ownAddress } from "./api.js";
import { markdown } from "./markdown.js";
import { emoji, isSelect, SelectBox, selectOptions } from "./select.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "secondary" };

/** `context` is {names, store, press(component, values) -> Promise<boolean>}; gives nodes. */
export function components(list, context) {
  return (list ?? []).map((component) => draw(component, context)).filter(Boolean);
}

function draw(component, context) {
  if (isSelect(component)) return select(component, context);
  return KINDS[component.type]?.(component, context) ?? null;
}

const KINDS = {
  1: (row, context) => el("div", { class: "component-row" }, components(row.components, context)),
  2: button,
  9: (section, context) => el("div", { class: "section" },
    el("div", { class: "section-text" }, components(section.components, context)), draw(section.accessory, context)),
  10: (text, { names }) => el("div", { class: "markup" }, markdown(text.content, names)),
  14: (separator) => el("hr", { class: `separator ${separator.divider === false ? "bare" : ""}` }),
  17: (container, context) => {
    const node = el("div", { class: "embed container" }, components(container.components, context));
    if (container.accent_color) node.style.borderInlineStartColor = `#${container.accent_color.toString(16).padStart(6, "0")}`;
    return node;
  },
};

function button(component, context) {
  const face = [component.emoji && emoji(component.emoji), component.label && el("span", { class: "label" }, component.label)];
  const style = STYLES[component.style] ?? "secondary";
  const name = component.label ? null : component.emoji?.name;
  if (component.style === 5) return linkButton(component, face, name);
  const node = el(
    "button",
    { type: "button", class: `button ${style}`, disabled: component.disabled, "aria-label": name, dataset: { customId: component.custom_id } },
    face,
    el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
  );
  node.addEventListener("click", async () => {
    if (node.classList.contains("busy")) return;
    node.classList.add("busy");
    node.setAttribute("aria-busy", "true");
    await context.press(component, null);
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
    max: component.max_values ?? 1, disabled: component.disabled,
    changed: async (values) => {
      box.root.setAttribute("aria-busy", "true");
      if (!(await context.press(component, values))) box.restore();
      box.root.removeAttribute("aria-busy");
    },
  });
  box.box.dataset.customId = component.custom_id;
  return box.root;
}
