// The box in which one changes one's own message, in the place of its text. Enter saves, Escape leaves everything as it
// was, and an empty text asks to remove the message; what the server refuses is said and the text stays.

import { el } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { Mentions } from "./mentions.js";
import { say } from "./words.js";

const MOST_CHARACTERS = 2000;

/** {root, focus()}; `save(content)` is awaited, and may be refused by an ApiError. */
export function editBox(message, { store, save, cancel, remove }) {
  const mentions = new Mentions(store);
  const error = el("p", { class: "failure", role: "alert" });
  const count = el("span", { class: "letters" });
  const box = el("textarea", { class: "edit-box", "aria-label": say("edit.label"), rows: "1", onkeydown: (event) => key(event), oninput: () => fit() });
  box.value = mentions.asShown(message.content);
  const fit = () => {
    const left = MOST_CHARACTERS - mentions.asSent(box.value).length;
    count.textContent = left < 200 ? String(left) : "";
    count.classList.toggle("bad", left < 0);
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  };
  const keep = async () => {
    const content = withEmoji(mentions.asSent(box.value.trim()));
    error.textContent = "";
    if (!content && !message.attachments?.length && !message.embeds?.length) return remove();
    if (content.length > MOST_CHARACTERS) return void (error.textContent = say("modal.long", MOST_CHARACTERS));
    try {
      return await save(content);
    } catch (refused) {
      return void (error.textContent = say("send.failed", refused.message));
    }
  };
  const key = (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Escape") cancel();
    else if (event.key === "Enter" && !event.shiftKey) keep();
    else return;
    event.preventDefault();
  };
  const link = (words, action) => el("button", { type: "button", class: "link-button", onclick: action }, words);
  const root = el("div", { class: "edit" }, el("div", { class: "edit-frame" }, box, count),
    el("p", { class: "edit-how" }, say("edit.how"), " · ", link(say("action.cancel"), cancel), " · ", link(say("action.save"), keep)), error);
  const focus = () => {
    fit();
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  };
  return { root, focus };
}
