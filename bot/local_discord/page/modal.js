// A bot's modal: a dialog with a form. It closes when the bot has accepted what was sent and keeps every word
// when it has not, so nothing typed is lost to a failure. The fields themselves are in modal_fields.js.

import { el, fill, icon } from "./dom.js";
import { markdown } from "./markdown.js";
import { modalField } from "./modal_fields.js";
import { say } from "./words.js";

const KIND = { row: 1, text: 10, label: 18 };

/**
 * Show the modal of an INTERACTION_MODAL_CREATE frame. `submit(fields)` gives the outcome of sending
 * {custom_id: value}; `context` is {store, names}.
 */
export function openModal(modal, { submit, ...context }) {
  const opener = document.activeElement;
  const fields = [];
  const parts = modal.components.flatMap((component) => draw(component, fields, context));
  const notice = el("p", { class: "dialog-notice", role: "alert" });
  const send = el("button", { type: "submit", class: "button primary" }, el("span", { class: "label" }, say("action.submit")),
    el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")));
  const close = () => dialog.close();
  const form = el("form", { method: "dialog", novalidate: true },
    el("header", {},
      el("div", {}, el("h2", { id: "modal-title" }, modal.title), modal.application?.name && el("p", { class: "dialog-by" }, modal.application.name)),
      el("button", { type: "button", class: "icon-button", "aria-label": say("action.close"), onclick: close }, icon("close"))),
    el("div", { class: "dialog-body" }, parts),
    notice,
    el("footer", {}, el("button", { type: "button", class: "button secondary", onclick: close }, el("span", { class: "label" }, say("action.cancel"))), send));
  const dialog = el("dialog", { class: "modal", "aria-labelledby": "modal-title" }, form);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.classList.contains("busy")) return;
    notice.textContent = "";
    const wrong = fields.filter((field) => field.complain(field.check()));
    if (wrong.length) {
      wrong[0].focus();
      return;
    }
    send.classList.add("busy");
    const outcome = await submit(Object.fromEntries(fields.map((field) => [field.id, field.value()])));
    send.classList.remove("busy");
    if (outcome.ok) dialog.close();
    else refuse(outcome, fields, notice);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  // A press on the backdrop is not an answer: only Escape, Cancel and the cross close what one has written.
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  (fields[0] ?? { focus: () => send.focus() }).focus();
  return dialog;
}

function draw(component, fields, context) {
  if (component.type === KIND.row) return component.components.flatMap((inner) => draw(inner, fields, context));
  if (component.type === KIND.text) return [el("div", { class: "markup modal-text" }, markdown(component.content, context.names))];
  const label = component.type === KIND.label ? component : { label: component.label };
  const field = modalField(label.component ?? component, label, context);
  if (!field) return [];
  fields.push(field);
  return [field.root];
}

function refuse(outcome, fields, notice) {
  fill(notice, icon("error"), outcome.refused ? outcome.message : say("modal.wrong"));
  for (const [path, sentence] of Object.entries(outcome.errors ?? {})) {
    fields.find((field) => path.endsWith(`.${field.id}`))?.complain(String(sentence));
  }
}
