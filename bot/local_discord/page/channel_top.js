// What stands above the first message of a channel, a thread, a post or a direct message.

import { isDirect, isThread, markOf } from "./channels.js";
import { el, icon } from "./dom.js";
import { say } from "./words.js";

export function channelTop(channel, store) {
  const name = store.titleOf(channel);
  const thread = isThread(channel);
  const title = thread || isDirect(channel) ? name : say("channel.top", name);
  const about = thread ? say("channel.top.thread") : say(isDirect(channel) ? "channel.top.direct" : "channel.top.text", name);
  return [el("span", { class: "channel-top-mark", "aria-hidden": "true" }, icon(markOf(channel))), el("h2", {}, title), el("p", {}, about)];
}
