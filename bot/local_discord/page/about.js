// What this page is, in words for whoever opens it: the note that is always in sight and the panel behind it.
// All of the text is here, in English and Chinese, so that it can be changed without reading any other module.

import { el, icon } from "./dom.js";
import { getLocale, say } from "./words.js";

const TEXT = {
  "en-US": {
    title: "What is this?",
    lead: "A local stand-in for Discord, on your own machine. No account and no token: the real Discord hears nothing of what you type.",
    sections: [
      ["Who you are here", "The people bottom left are all you: one click and you speak as somebody else. Open a second window to be two people at once."],
      ["For whoever writes a bot", "The wire (the button top right, or Ctrl with the key left of 1) shows every request, event and gateway frame as it passes, and what Discord's own document would object to. “?” lists the keys."],
      ["The model behind it", "By default it is a small model of 135 million parameters (SmolLM2-135M) that knows English only. It is there for trying the room, not for judging the prose: takes will ramble, and that says nothing about the bot or about a large model."],
      ["With OPT-175B", "OPT-175B needs 8 GPUs of 80 GB each; its weights are 349 GB of fp16, given out by Meta on a request form, under a licence for research. It is served by Text Generation Inference (TGI), sharded over the 8 GPUs."],
      ["Point the bot at it", "Set `STORYROOM_TGI_URLS` to the address of your TGI server, or to several, and start the bot again. Any model that TGI serves will do."],
      ["On the real Discord", "Set `STORYROOM_DISCORD_TOKEN` to your bot's token; `storyroom check` says in plain words what is still missing."],
    ],
    readme: "The README has all of it step by step.",
  },
  "zh-CN": {
    title: "这是什么？",
    lead: "这是运行在你自己电脑上的 Discord 替身。无需账号，无需令牌，你输入的内容不会传到真正的 Discord。",
    sections: [
      ["你在这里是谁", "左下角的几个人都是你：点一下就能换个身份说话。再开一个窗口，就能同时扮演两个人。"],
      ["写机器人的人请看", "通信记录（右上角的按钮，或 Ctrl 加数字 1 左边的键）会显示经过的每个请求、事件和网关帧，以及不符合 Discord 官方文档之处。按“?”可查看快捷键。"],
      ["背后的模型", "默认是一个只有 1.35 亿参数、只懂英语的小模型（SmolLM2-135M）。它用来体验故事室，不用来评判文笔：写出来的梗概会东拉西扯，这不代表机器人或大模型的水平。"],
      ["换成 OPT-175B", "OPT-175B 需要 8 块 80 GB 显存的 GPU；fp16 权重共 349 GB，需填写申请表向 Meta 索取，仅限研究用途。它由 Text Generation Inference（TGI）分片运行在 8 块 GPU 上。"],
      ["让机器人连上它", "把 `STORYROOM_TGI_URLS` 设为你的 TGI 服务器地址（可以有多个），再重新启动机器人。TGI 能运行的任何模型都可以。"],
      ["连上真正的 Discord", "把 `STORYROOM_DISCORD_TOKEN` 设为你的机器人令牌；`storyroom check` 会用大白话告诉你还缺什么。"],
    ],
    readme: "README 里有完整的步骤。",
  },
};

/** The note at the top of the side bar. */
export function aboutNote() {
  return el("button", { type: "button", class: "about-note", onclick: openAbout },
    icon("help"), el("span", {}, el("b", {}, say("about.note")), el("span", {}, say("about.open"))));
}

function openAbout() {
  const text = TEXT[getLocale()];
  const close = () => dialog.close();
  const dialog = el("dialog", { class: "modal about", "aria-labelledby": "about-title", onclick: (event) => event.target === dialog && close() },
    el("form", { method: "dialog" },
      el("header", {}, el("h2", { id: "about-title" }, text.title),
        el("button", { type: "button", class: "icon-button", "aria-label": say("action.close"), onclick: close }, icon("close"))),
      el("div", { class: "dialog-body" },
        el("p", { class: "lead" }, text.lead),
        text.sections.map(([heading, words]) => el("section", {}, el("h3", {}, heading), el("p", {}, withCode(words)))),
        el("p", {}, text.readme)),
      el("footer", {}, el("button", { type: "submit", class: "button primary" }, el("span", { class: "label" }, say("action.close"))))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const withCode = (words) => words.split("`").map((part, at) => (at % 2 ? el("code", {}, part) : part));
