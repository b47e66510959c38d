// The dialog in which a person makes a poll. It checks what Discord would refuse, and keeps everything when the server
// says no.

import { el, fill, icon } from "./dom.js";
import { say } from "./words.js";

const MOST_ANSWERS = 10;
const ANSWER_CHARACTERS = 55;
const QUESTION_CHARACTERS = 300;
const HOURS = [[1, "hour", 1], [4, "hour", 4], [8, "hour", 8], [24, "hour", 24], [72, "day", 3], [168, "week", 1], [336, "week", 2]];
const USUAL_HOURS = 24;

/** Open it; `send(poll)` is awaited and may be refused by an ApiError; `locale` writes the durations. */
export function openPollForm({ send, locale }) {
  const opener = document.activeElement;
  const notice = el("p", { class: "dialog-notice", role: "alert" });
  const question = el("input", { class: "text-input", id: "poll-question", maxlength: String(QUESTION_CHARACTERS), autocomplete: "off", required: true });
  const answers = el("ol", { class: "poll-inputs" });
  const more = el("button", { type: "button", class: "link-button", onclick: () => add().focus() }, say("answer.add"));
  const unit = (name, count) => new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "long" }).format(count);
  const hours = el("select", { class: "text-input", id: "poll-hours" }, HOURS.map(([value, name, count]) => el("option", { value: String(value), selected: value === USUAL_HOURS }, unit(name, count))));
  const several = el("input", { type: "checkbox", id: "poll-several" });

  const inputs = () => [...answers.querySelectorAll("input")];
  const number = () => {
    inputs().forEach((input, at) => input.setAttribute("aria-label", say("answer.label", at + 1)));
    answers.querySelectorAll("button").forEach((button) => (button.hidden = inputs().length <= 2));
    more.hidden = inputs().length >= MOST_ANSWERS;
  };
  const add = () => {
    const input = el("input", { class: "text-input", maxlength: String(ANSWER_CHARACTERS), autocomplete: "off" });
    const row = el("li", {}, input, el("button", { type: "button", class: "icon-button", "aria-label": say("action.remove", ""), onclick: () => {
      row.remove();
      number();
    } }, icon("trash")));
    answers.append(row);
    number();
    return input;
  };
  const read = () => {
    const texts = inputs().map((input) => input.value.trim()).filter(Boolean);
    if (!question.value.trim()) return { wrong: say("poll.bad.question"), at: question };
    if (texts.length < 2) return { wrong: say("poll.bad.answers"), at: inputs().find((input) => !input.value.trim()) };
    return { poll: {
      question: { text: question.value.trim() }, answers: texts.map((text) => ({ poll_media: { text } })), duration: Number(hours.value), allow_multiselect: several.checked,
    } };
  };

  const form = el("form", { method: "dialog", novalidate: true },
    el("header", {}, el("h2", { id: "poll-title" }, say("poll.create")),
      el("button", { type: "button", class: "icon-button", "aria-label": say("action.close"), onclick: () => dialog.close() }, icon("close"))),
    el("div", { class: "dialog-body" },
      el("div", { class: "field" }, el("label", { class: "field-label", for: "poll-question" }, say("poll.ask")), question),
      el("div", { class: "field", role: "group", "aria-label": say("poll.answers") }, el("span", { class: "field-label" }, say("poll.answers")), answers, more),
      el("div", { class: "field" }, el("label", { class: "field-label", for: "poll-hours" }, say("poll.duration")), hours),
      el("label", { class: "choice", for: "poll-several" }, several, say("poll.multiple"))),
    notice,
    el("footer", {}, el("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, el("span", { class: "label" }, say("action.cancel"))),
      el("button", { type: "submit", class: "button primary" }, el("span", { class: "label" }, say("poll.post")))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { poll, wrong, at } = read();
    fill(notice, wrong && [icon("error"), wrong]);
    if (!poll) return void at?.focus();
    try {
      await send(poll);
      dialog.close();
    } catch (error) {
      fill(notice, icon("error"), error.message);
    }
  });
  const dialog = el("dialog", { class: "modal poll-form", "aria-labelledby": "poll-title" }, form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  });
  add();
  add();
  document.body.append(dialog);
  dialog.showModal();
  question.focus();
}
