// The page's own dialogs: a title, fields, a button. They close when what was sent was taken and keep every word
// when it was not. A bot's modals are modal.js's.

import { el, fill, icon } from "./dom.js";
import { say } from "./words.js";

let count = 0;

/**
 * Ask with a form. `fields` are from `field` and `check` below; `submit(values)` may throw an ApiError, whose words
 * are shown, and under a field where its path names it.
 */
export function ask({ title, note = null, fields, action, submit, danger = false }) {
  const opener = document.activeElement;
  const id = `dialog-${(count += 1)}`;
  const notice = el("p", { class: "dialog-notice", role: "alert" });
  const send = el("button", { type: "submit", class: `button ${danger ? "danger" : "primary"}` }, el("span", { class: "label" }, action), dots());
  const close = () => dialog.close();
  const form = el("form", { method: "dialog", novalidate: true },
    el("header", {}, el("div", {}, el("h2", { id }, title), note && el("p", { class: "dialog-by" }, note)),
      el("button", { type: "button", class: "icon-button", "aria-label": say("action.close"), onclick: close }, icon("close"))),
    el("div", { class: "dialog-body" }, fields.map(({ root }) => root)), notice,
    el("footer", {}, el("button", { type: "button", class: "button secondary", onclick: close }, el("span", { class: "label" }, say("action.cancel"))), send));
  const dialog = el("dialog", { class: "modal", "aria-labelledby": id }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.classList.contains("busy")) return;
    notice.textContent = "";
    const wrong = fields.filter((one) => one.complain(one.check()));
    if (wrong.length) return wrong[0].focus();
    send.classList.add("busy");
    try {
      await submit(Object.fromEntries(fields.map((one) => [one.name, one.value()])));
      dialog.close();
    } catch (error) {
      fill(notice, icon("error"), error.message);
      for (const [path, sentence] of Object.entries(error.errors ?? {})) fields.find(({ name }) => path.split(".")[0] === name)?.complain(String(sentence));
    } finally {
      send.classList.remove("busy");
    }
    return undefined;
  });
  form.addEventListener("keydown", (event) => (event.ctrlKey || event.metaKey) && event.key === "Enter" && form.requestSubmit());
  show(dialog, opener);
  (fields[0] ?? { focus: () => send.focus() }).focus();
  return dialog;
}

/** Put a dialog on the page; when it closes it goes, and the focus goes back. */
export function show(dialog, opener = document.activeElement) {
  dialog.addEventListener("close", () => {
    // What the dialog led to may have taken the focus already.
    const lost = document.activeElement === document.body || dialog.contains(document.activeElement);
    dialog.remove();
    if (lost && opener?.isConnected) opener.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A line or, with `long`, some lines of text. */
export function field({ name, label, value = "", most, long = false, required = true, placeholder = null }) {
  const input = el(long ? "textarea" : "input", { class: "text-input", id: `field-of-${name}`, maxlength: most, placeholder, value, autocomplete: "off" });
  const check = () => (required && !input.value.trim() ? say("modal.required") : null);
  return framed({ name, label, input, check, value: () => input.value.trim() }, el("div", { class: "text-input-frame" }, input), required);
}

/** A box to tick. */
export function tickBox({ name, label, note = null, on = false }) {
  const input = el("input", { type: "checkbox", id: `field-of-${name}`, checked: on });
  const words = el("span", { class: "words" }, label, note && el("span", { class: "description" }, note));
  const root = el("div", { class: "field" }, el("label", { class: "choice" }, input, words));
  return { name, root, check: () => null, complain: () => null, focus: () => input.focus(), value: () => input.checked };
}

/** Chips to choose several from: `choices` are {value, label}. */
export function chips({ name, label, choices, chosen = [], most = 5, required = false }) {
  const picked = new Set(chosen);
  const group = el("div", { class: "tag-choices", role: "group", "aria-label": label }, choices.map(({ value, label: words }) => el("button", {
    type: "button", class: "tag", "aria-pressed": String(picked.has(value)), onclick: ({ currentTarget }) => {
      if (!picked.delete(value) && picked.size < most) picked.add(value);
      currentTarget.setAttribute("aria-pressed", String(picked.has(value)));
    },
  }, words)));
  const check = () => (required && !picked.size ? say("modal.required") : null);
  return framed({ name, label, input: group, check, value: () => [...picked], focus: () => group.querySelector("button")?.focus() }, group, required);
}

/** Files to send along. */
export function filePicker({ name, label }) {
  const input = el("input", { type: "file", id: `field-of-${name}`, multiple: true, class: "plain-file" });
  return framed({ name, label, input, check: () => null, value: () => [...input.files] }, input, false);
}

function framed({ name, label, input, check, value, focus = () => input.focus() }, body, required) {
  const error = el("p", { class: "field-error", role: "alert" });
  const star = required && el("span", { class: "star", "aria-hidden": "true" }, " *");
  const heading = input.id ? el("label", { class: "field-label", for: input.id }, label, star) : el("span", { class: "field-label", "aria-hidden": "true" }, label, star);
  const root = el("div", { class: "field" }, heading, body, error);
  const complain = (sentence) => {
    error.textContent = sentence ?? "";
    root.classList.toggle("bad", Boolean(sentence));
    return sentence;
  };
  input.addEventListener("input", () => complain(null));
  return { name, root, check, value, focus, complain };
}

const dots = () => el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
