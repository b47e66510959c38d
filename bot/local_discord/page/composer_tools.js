// What stands around the message box: what its "+" offers, files dropped near it, and why a channel may not be written in
// at all.

import { isThread } from "./channels.js";
import { openMenu } from "./menu.js";
import { openPollForm } from "./poll_form.js";
import { getLocale, say } from "./words.js";

/** Open the menu of the "+"; `composer` is the message box it belongs to. */
export function plusMenu(event, composer) {
  const { store, channel } = composer;
  const sendPoll = async (poll) => {
    await composer.api().send(channel.id, "", { poll });
    composer.sent();
  };
  openMenu([
    store.may(channel.id, "ATTACH_FILES") && { label: say("attach.file"), name: "file", action: () => composer.tray.choose() },
    store.may(channel.id, "SEND_POLLS") && { label: say("attach.poll"), name: "poll", action: () => openPollForm({ send: sendPoll, locale: getLocale() }) },
    { label: say("attach.command"), name: "app", action: () => composer.begin("") },
  ], event, { label: say("attach.open") });
}

/** Why one may not write in a channel, or null. */
export function refusal(store, channel) {
  const meta = channel.thread_metadata;
  if (meta?.locked && !store.may(channel.id, "MANAGE_THREADS")) return say("composer.locked");
  if (!store.may(channel.id, isThread(channel) ? "SEND_MESSAGES_IN_THREADS" : "SEND_MESSAGES")) return say("composer.denied");
  return null;
}

/** Files dropped on `area` are attached to what is being written. */
export function takeDrops(area, composer) {
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  const over = (event, on) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    area.dataset.drop = say("attach.drop");
    area.classList.toggle("dropping", on);
  };
  area.addEventListener("dragover", (event) => over(event, true));
  area.addEventListener("dragleave", (event) => !area.contains(event.relatedTarget) && over(event, false));
  area.addEventListener("drop", (event) => {
    area.classList.remove("dropping");
    if (event.defaultPrevented || !holdsFiles(event)) return;
    event.preventDefault();
    composer.attach([...event.dataTransfer.files]);
    composer.focus();
  });
}

/** Give a button of icons its name. */
export function called(button, words) {
  button.setAttribute("aria-label", words);
  button.title = words;
}
