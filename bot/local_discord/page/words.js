// The page's own words in English and Simplified Chinese, so that switching an identity's locale
// switches the whole window. What the bot says is the bot's business and never passes through here.

import { TALK } from "./words_talk.js";

import { SHELL } from "./words_shell.js";
import { WIRE } from "./words_wire.js";

let locale = "en-US";

export const LOCALES = { "en-US": "English", "zh-CN": "中文" };

export function setLocale(wanted) {
  locale = wanted in LOCALES ? wanted : "en-US";
  document.documentElement.lang = locale;
}

export const getLocale = () => locale;

/** The words for `key`, with `{0}`, `{1}` … replaced. */
export function say(key, ...values) {
  const entry = WORDS[key];
  if (!entry) throw new Error(`No words for "${key}"`);
  return entry[locale === "zh-CN" ? 1 : 0].replace(/\{(\d)\}/g, (_, at) => String(values[Number(at)]));
}

/** Every key with its words, [English, Chinese]. */
export const WORDS = {
  ...SHELL,
  ...WIRE,
  ...TALK,
  "about.note": ["A local stand-in for Discord", "Discord 的本机替身"],
  "about.open": ["What is this?", "这是什么？"],
  "action.cancel": ["Cancel", "取消"],
  "action.close": ["Close", "关闭"],
  "action.dismiss": ["Dismiss message", "忽略消息"],
  "action.retry": ["Try again", "重试"],
  "action.submit": ["Submit", "提交"],
  "autocomplete.empty": ["No options match your search.", "没有符合搜索的选项。"],
  "autocomplete.failed": ["Loading options failed.", "选项加载失败。"],
  "autocomplete.wait": ["Loading options…", "正在加载选项……"],
  "badge.app": ["APP", "应用"],
  "channel.top": ["Welcome to {0}!", "欢迎来到 {0}！"],
  "channel.top.text": ["This is the start of the {0} channel.", "这里是 {0} 频道的起点。"],
  "channel.top.thread": ["This is the start of the thread.", "这里是子区的起点。"],
  "channels": ["Text channels", "文字频道"],
  "channels.label": ["Channels", "频道"],
  "command.by": ["used", "使用了"],
  "command.failed": ["The application did not respond", "该应用未响应"],
  "command.group": ["Commands", "命令"],
  "command.more": ["+{0} optional", "+{0} 个可选项"],
  "command.none": ["No commands match.", "没有匹配的命令。"],
  "command.optional": ["Optional", "可选"],
  "command.sending": ["Sending command…", "正在发送命令……"],
  "composer.label": ["Message {0}", "给 {0} 发消息"],
  "composer.send": ["Send", "发送"],
  "connection.back": ["Connected again.", "已重新连接。"],
  "connection.lost": ["Connection lost. Trying again…", "连接已断开，正在重试……"],
  "connection.none": ["The local Discord does not answer. Is it still running?", "本机 Discord 没有回应，它还在运行吗？"],
  "file.all": ["Show all", "显示全部"],
  "file.download": ["Download {0}", "下载 {0}"],
  "file.less": ["Show less", "收起"],
  "identity.be": ["Speak as {0}", "以 {0} 的身份说话"],
  "identity.label": ["Who you are in this window", "你在此窗口中的身份"],
  "identity.locale": ["Language", "语言"],
  "jump": ["Jump to present", "跳至最新消息"],
  "jump.new": ["New messages", "有新消息"],
  "members": ["Members", "成员"],
  "members.apps": ["Apps", "应用"],
  "menu.apps": ["Apps", "应用"],
  "menu.copy": ["Copy text", "复制文本"],
  "menu.delete": ["Delete message", "删除消息"],
  "menu.link": ["Copy message ID", "复制消息 ID"],
  "menu.more": ["More", "更多"],
  "menu.none": ["No apps here", "没有可用的应用"],
  "message.deleted": ["Original message was deleted", "原消息已被删除"],
  "message.edited": ["(edited)", "（已编辑）"],
  "message.ephemeral": ["Only you can see this", "只有你可以看到"],
  "message.loading": ["Loading messages…", "正在加载消息……"],
  "message.new": ["New", "新"],
  "message.pinned": ["{0} pinned a message to this channel.", "{0} 将一条消息标注到了此频道。"],
  "message.pins.see": ["See all pinned messages.", "查看所有标注消息。"],
  "message.thinking": ["{0} is thinking…", "{0} 正在思考……"],
  "message.thread": ["{0} started a thread: {1}.", "{0} 发起了子区：{1}。"],
  "message.thread.see": ["See thread", "查看子区"],
  "messages.label": ["Messages in {0}", "{0} 中的消息"],
  "modal.long": ["Must be {0} characters or fewer.", "不能超过 {0} 个字符。"],
  "modal.required": ["This field is required.", "此项必填。"],
  "modal.short": ["Must be at least {0} characters.", "至少需要 {0} 个字符。"],
  "modal.wrong": ["Something went wrong. Try again.", "出了点问题，请再试一次。"],
  "modal.values": ["Choose at least {0}.", "请至少选择 {0} 项。"],
  "option.false": ["False", "假"],
  "option.true": ["True", "真"],
  "option.bad.boolean": ["Choose True or False.", "请选择真或假。"],
  "option.bad.choice": ["Input a valid choice.", "请输入有效的选项。"],
  "option.bad.integer": ["Input a valid integer.", "请输入有效的整数。"],
  "option.bad.number": ["Input a valid number.", "请输入有效的数字。"],
  "option.bad.channel": ["Input a valid channel.", "请输入有效的频道。"],
  "option.bad.user": ["Input a valid user.", "请输入有效的用户。"],
  "option.bad.role": ["Input a valid role.", "请输入有效的身份组。"],
  "option.bad.max": ["Must be {0} or less.", "不能大于 {0}。"],
  "option.bad.max_length": ["Must be {0} characters or fewer.", "不能超过 {0} 个字符。"],
  "option.bad.min": ["Must be {0} or more.", "不能小于 {0}。"],
  "option.bad.min_length": ["Must be at least {0} characters.", "至少需要 {0} 个字符。"],
  "option.bad.required": ["This option is required. Specify a value.", "此选项必填，请指定一个值。"],
  "option.bad.server": ["The application refused this command.", "该应用拒绝了此命令。"],
  "pins": ["Pinned messages", "标注消息"],
  "pins.none": ["This channel has no pinned messages… yet.", "此频道尚无标注消息。"],
  "pins.jump": ["Jump", "跳转"],
  "reply": ["Reply", "回复"],
  "reply.to": ["Replying to", "正在回复"],
  "select.choose": ["Make a selection", "请选择"],
  "send.failed": ["Your message could not be sent: {0}", "消息发送失败：{0}"],
  "sidebar.open": ["Show channels", "显示频道"],
  "spoiler": ["Spoiler, click to reveal", "剧透，点击显示"],
  "time.today": ["Today at {0}", "今天 {0}"],
  "time.yesterday": ["Yesterday at {0}", "昨天 {0}"],
  "typing.many": ["Several people are typing…", "多人正在输入……"],
  "typing.one": ["{0} is typing…", "{0} 正在输入……"],
  "typing.two": ["{0} and {1} are typing…", "{0} 和 {1} 正在输入……"],
  "unread": ["{0}, unread", "{0}，未读"],
};
