// The fields of a modal: text inputs with their counters, selects, radio and checkbox groups, each under its
// label. A field tells its value, what is wrong with it, and shows a complaint; sending is the modal's.

import { el, fill } from "./dom.js";
import { isSelect, SelectBox, selectOptions } from "./select.js";
import { UploadField } from "./upload_field.js";
import { say } from "./words.js";

const KIND = { text: 4, file: 19, radio: 21, checkboxes: 22, checkbox: 23 };
const PARAGRAPH = 2;
const MOST_CHARACTERS = 4000;
let count = 0;

/** {id, root, value(), check(), complain(sentence), focus()} for a component under a label, or null for an unknown kind. */
export function modalField(component, { label, description }, context) {
  const id = `field-${(count += 1)}`;
  const make = isSelect(component) ? select : MAKERS[component.type];
  if (!make) return null;
  const required = component.required ?? component.type !== KIND.checkbox;
  const control = make(component, { id, required, label, context });
  const error = el("p", { class: "field-error", id: `${id}-error`, role: "alert" });
  const name = control.grouped ? "span" : "label";
  const root = el("div", { class: "field", role: control.grouped ? "group" : null, "aria-labelledby": control.grouped ? `${id}-label` : null },
    el(name, { class: "field-label", id: `${id}-label`, for: control.grouped ? null : id }, label,
      required && el("span", { class: "star", "aria-hidden": "true" }, " *")),
    description && el("p", { class: "field-description", id: `${id}-description` }, description),
    control.node, error);
  const complain = (sentence) => {
    fill(error, sentence ?? "");
    root.classList.toggle("bad", Boolean(sentence));
    control.target.setAttribute("aria-invalid", String(Boolean(sentence)));
    control.target.setAttribute("aria-describedby", [description && `${id}-description`, sentence && `${id}-error`].filter(Boolean).join(" "));
    return sentence;
  };
  control.changed(() => complain(null));
  return { id: component.custom_id, root, complain, value: control.value, check: control.check, focus: () => control.target.focus() };
}

const MAKERS = { [KIND.text]: textInput, [KIND.file]: fileUpload, [KIND.radio]: radioGroup, [KIND.checkboxes]: checkboxGroup, [KIND.checkbox]: checkbox };

function textInput(component, { id, required }) {
  const most = component.max_length ?? MOST_CHARACTERS;
  const long = component.style === PARAGRAPH;
  // No maxlength attribute: a pasted text that is too long is shown whole and complained about, never cut.
  const input = el(long ? "textarea" : "input", {
    id, class: "text-input", placeholder: component.placeholder, rows: long ? "5" : null, autocomplete: "off", "aria-required": String(required),
  });
  input.value = component.value ?? "";
  const counter = el("span", { class: "counter", "aria-hidden": "true" });
  const size = () => [...input.value].length;
  const draw = () => {
    counter.textContent = `${size()}/${most}`;
    counter.classList.toggle("bad", size() > most);
  };
  input.addEventListener("input", draw);
  draw();
  const check = () => {
    if (!input.value.trim()) return required ? say("modal.required") : null;
    if (size() < (component.min_length ?? 0)) return say("modal.short", component.min_length);
    return size() > most ? say("modal.long", most) : null;
  };
  return {
    node: el("div", { class: "text-input-frame" }, input, (long || component.max_length) && counter), target: input,
    value: () => input.value, check, changed: (listener) => input.addEventListener("input", listener),
  };
}

function select(component, { required, label, context }) {
  let told = () => {};
  const min = component.min_values ?? (required ? 1 : 0);
  const box = new SelectBox({
    options: selectOptions(component, context.store), placeholder: component.placeholder, label, min: required ? min : 0, searchable: component.type !== 3,
    max: component.max_values ?? 1, changed: () => told(),
  });
  const check = () => {
    if (!box.values.length) return required && min > 0 ? say("modal.required") : null;
    return box.values.length && box.values.length < min ? say("modal.values", min) : null;
  };
  return { node: box.root, target: box.box, grouped: true, value: () => box.values, check, changed: (listener) => (told = listener) };
}

function radioGroup(component, context) {
  return choices(component, context, { type: "radio", least: 1, most: 1, pick: (values) => values[0] ?? null });
}

function checkboxGroup(component, context) {
  return choices(component, context, { type: "checkbox", least: component.min_values ?? 1, most: component.max_values ?? component.options.length, pick: (values) => values });
}

function choices(component, { id, required }, { type, least, most, pick }) {
  const inputs = component.options.map((option) => el("input", { type, name: id, value: option.value, checked: option.default ?? false }));
  const rows = component.options.map((option, at) => el("label", { class: "choice" }, inputs[at],
    el("span", { class: "words" }, el("span", { class: "label" }, option.label),
      option.description && el("span", { class: "description" }, option.description))));
  const node = el("div", { class: "choices" }, rows);
  const values = () => inputs.filter((input) => input.checked).map((input) => input.value);
  const check = () => {
    if (required && !values().length) return say("modal.required");
    if (values().length && values().length < least) return say("modal.values", least);
    return type === "checkbox" && values().length > most ? say("modal.values.most", most) : null;
  };
  return { node, target: inputs[0], grouped: true, value: () => pick(values()), check, changed: (listener) => node.addEventListener("change", listener) };
}

function checkbox(component, { id }) {
  const input = el("input", { type: "checkbox", id, checked: component.default ?? component.value ?? false });
  return { node: input, target: input, value: () => input.checked, check: () => null, changed: (listener) => input.addEventListener("change", listener) };
}

function fileUpload(component, { id, required, label, context }) {
  let told = () => {};
  const [least, most] = [component.min_values ?? (required ? 1 : 0), component.max_values ?? 1];
  const field = new UploadField({ id, most, label, upload: context.upload, changed: () => told() });
  const check = () => {
    if (field.waiting) return say("file.uploading");
    const chosen = field.values().length;
    if (!chosen) return required && least > 0 ? say("modal.required") : null;
    return chosen < least ? say("file.least", least) : null;
  };
  return { node: field.root, target: field.button, grouped: true, value: () => field.values(), check, changed: (listener) => (told = listener) };
}
