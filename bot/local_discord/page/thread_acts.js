// What a person may do with threads and posts: start, rename, tag, join, leave, add people, close, lock. It asks
// and sends; what comes of it arrives as frames. Who may is Discord's rule, checked again by the server.

import { isDirect, isForum, KIND } from "./channels.js";
import { ask, chips, field, filePicker, tickBox } from "./dialog.js";
import { displayName } from "./dom.js";
import { openItems } from "./popup.js";
import { say } from "./words.js";

const MOST_NAME = 100;
const MOST_TEXT = 2000;

export class ThreadActs {
  constructor({ store, page }) {
    Object.assign(this, { store, page });
  }

  /** Whether threads may be started in a channel. */
  mayStart(channelId) {
    const channel = this.store.channels.get(channelId);
    if (!channel || isDirect(channel) || isForum(channel) || channel.thread_metadata) return false;
    return this.store.may(channelId, "CREATE_PUBLIC_THREADS") || this.store.may(channelId, "CREATE_PRIVATE_THREADS");
  }

  /** Start a thread, from a message where one is given. */
  start(channelId, message = null) {
    const open = this.store.may(channelId, "CREATE_PUBLIC_THREADS");
    const hidden = !message && this.store.may(channelId, "CREATE_PRIVATE_THREADS") && this.store.channels.get(channelId).type === KIND.text;
    const fields = [field({ name: "name", label: say("thread.name"), most: MOST_NAME, placeholder: message?.content?.slice(0, 40) || say("thread.name.hint") })];
    if (hidden) fields.push(tickBox({ name: "hidden", label: say("thread.private"), note: say("thread.private.note"), on: !open }));
    if (!message) fields.push(field({ name: "content", label: say("thread.first"), most: MOST_TEXT, long: true, required: false }));
    ask({ title: say("thread.start"), note: this.store.titleOf(this.store.channels.get(channelId)), fields, action: say("thread.start"),
      submit: async ({ name, hidden: isPrivate, content }) => {
        const type = message ? null : isPrivate ? KIND.privateThread : KIND.thread;
        const thread = await this.page.api().startThread(channelId, { name, type, message: message?.id });
        if (content) await this.page.api().send(thread.id, content);
        this.#show(thread);
      } });
  }

  /** Write a post in a forum. */
  post(forumId) {
    const forum = this.store.channels.get(forumId);
    const tags = this.#tags(forum);
    const fields = [field({ name: "name", label: say("post.title"), most: MOST_NAME }), field({ name: "content", label: say("post.text"), most: MOST_TEXT, long: true })];
    if (tags.length) fields.push(chips({ name: "applied_tags", label: say("post.tags"), choices: tags, required: Boolean(forum.flags & 16) }));
    if (this.store.may(forumId, "ATTACH_FILES")) fields.push(filePicker({ name: "files", label: say("post.files") }));
    ask({ title: say("post.new"), note: this.store.titleOf(forum), fields, action: say("post.send"), submit: async ({ name, content, applied_tags, files }) => {
      this.#show(await this.page.api().post(forumId, { name, content, tags: applied_tags, files }));
    } });
  }

  /** The menu of a thread's own acts. */
  menu(threadId, opener) {
    const { store } = this;
    const thread = store.channels.get(threadId);
    if (!thread) return;
    const moderates = store.may(threadId, "MANAGE_THREADS");
    const { archived, locked } = thread.thread_metadata;
    const mine = thread.owner_id === store.me.id;
    const edits = moderates || (mine && !locked);
    const joined = this.joined(thread);
    const parent = store.channels.get(thread.parent_id);
    openItems(opener, say("thread.more"), [
      joined ? { label: say("thread.leave"), action: () => this.#do((api) => api.leave(threadId)) } : { label: say("thread.join"), action: () => this.#do((api) => api.join(threadId)) },
      !archived && { label: say("thread.add"), name: "people", action: () => this.#add(thread) },
      (edits || (archived && !locked)) && null,
      edits && { label: say("thread.rename"), action: () => this.#rename(thread) },
      edits && isForum(parent) && this.#tags(parent).length > 0 && { label: say("post.tags.edit"), action: () => this.#retag(thread, parent) },
      (edits || (archived && !locked && store.may(threadId, "SEND_MESSAGES_IN_THREADS")))
        && { label: say(archived ? "thread.reopen" : "thread.close.archive"), action: () => this.#change(threadId, { archived: !archived }) },
      moderates && { label: say(locked ? "thread.unlock" : "thread.lock"), name: "lock", action: () => this.#change(threadId, { locked: !locked, ...(locked ? {} : { archived: true }) }) },
      null,
      { label: say("thread.copy"), name: "copy", action: () => navigator.clipboard?.writeText(threadId).catch(() => {}) }, // the browser may refuse
    ]);
  }

  /** Whether I am in a thread: as `start` and the frames say. */
  joined = (thread) => (thread.member !== undefined ? Boolean(thread.member) : thread.owner_id === this.store.me.id);

  #rename(thread) {
    ask({ title: say("thread.rename"), fields: [field({ name: "name", label: say("thread.name"), value: thread.name, most: MOST_NAME })],
      action: say("action.save"), submit: (change) => this.page.api().changeThread(thread.id, change) });
  }

  #retag(thread, forum) {
    const tags = chips({ name: "applied_tags", label: say("post.tags"), choices: this.#tags(forum), chosen: thread.applied_tags ?? [], required: Boolean(forum.flags & 16) });
    ask({ title: say("post.tags.edit"), note: thread.name, fields: [tags], action: say("action.save"), submit: (change) => this.page.api().changeThread(thread.id, change) });
  }

  #add(thread) {
    const others = this.store.everybody().filter(({ id }) => id !== this.store.me.id).map((user) => ({ value: user.id, label: displayName(user) }));
    ask({ title: say("thread.add"), note: thread.name, fields: [chips({ name: "people", label: say("members"), choices: others, most: others.length, required: true })], action: say("action.add"),
      submit: async ({ people }) => {
        for (const id of people) await this.page.api().join(thread.id, id);
      } });
  }

  /** A tag that only moderators may set is not offered to others. */
  #tags(forum) {
    const moderates = this.store.may(forum.id, "MANAGE_THREADS");
    return (forum.available_tags ?? []).filter((tag) => moderates || !tag.moderated).map((tag) => ({ value: tag.id, label: `${tag.emoji_name ? `${tag.emoji_name} ` : ""}${tag.name}` }));
  }

  #change(threadId, change) {
    return this.#do((api) => api.changeThread(threadId, change));
  }

  #do(act) {
    return act(this.page.api()).catch((error) => this.page.notify(error.message));
  }

  /** The answer may be here before its frame. */
  #show(thread) {
    if (!this.store.channels.has(thread.id)) this.store.apply({ t: "THREAD_CREATE", d: thread });
    this.page.openThread(thread.id);
  }
}
