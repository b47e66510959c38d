// Every HTTP request of the page to the People API, and the only place that knows its addresses
// (docs/local-discord.md). Each request ends within TIMEOUT_MS; a refusal becomes an ApiError whose
// message may be shown to the person as it stands. Nothing is repeated here.

const TIMEOUT_MS = 10000;
const UPLOAD_TIMEOUT_MS = 60000;
const FORWARD = 1;

/** A request that was refused or never answered; `errors` maps paths such as "options.title" to sentences. */
export class ApiError extends Error {
  constructor(message, status = 0, errors = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.errors = errors;
  }
}

export class Api {
  constructor(user) {
    this.user = user;
  }

  start() {
    return call("GET", "/start", { query: this.user ? { user: this.user } : {} });
  }

  setLocale(locale) {
    return call("PATCH", `/users/${this.user}`, { body: { locale } });
  }

  /** The commands that I may use in a channel. */
  commands(channel) {
    return this.#get(`/channels/${channel}/commands`);
  }

  // Messages

  /** Newest first, at most `limit`. */
  messages(channel, { before = null, limit = 50 } = {}) {
    return this.#get(`/channels/${channel}/messages`, { limit, ...(before ? { before } : {}) });
  }

  /** `replyTo` is a message id; `files` are File objects; `poll` is Discord's; `mention` false answers without a ping. */
  send(channel, content, { replyTo = null, files = [], poll = null, mention = true } = {}) {
    const reference = replyTo ? { message_reference: { message_id: replyTo } } : {};
    const quiet = mention ? {} : { allowed_mentions: { parse: ["users", "roles", "everyone"], replied_user: false } };
    return this.#post(`/channels/${channel}/messages`, { content, ...reference, ...quiet, ...(poll ? { poll } : {}) }, files);
  }

  forward(channel, message) {
    const reference = { type: FORWARD, channel_id: message.channel_id, message_id: message.id };
    return this.#post(`/channels/${channel}/messages`, { message_reference: reference });
  }

  edit(channel, message, content) {
    return call("PATCH", `/channels/${channel}/messages/${message}`, { body: { user: this.user, content } });
  }

  remove(channel, message) {
    return this.#ask("DELETE", `/channels/${channel}/messages/${message}`);
  }

  typing(channel) {
    return this.#post(`/channels/${channel}/typing`, {});
  }

  pins(channel) {
    return this.#get(`/channels/${channel}/pins`);
  }

  pin(channel, message) {
    return this.#ask("PUT", `/channels/${channel}/pins/${message}`);
  }

  unpin(channel, message) {
    return this.#ask("DELETE", `/channels/${channel}/pins/${message}`);
  }

  /** `emoji` is a character or name:id, in this and the next two. */
  react(channel, message, emoji) {
    return this.#ask("PUT", `/channels/${channel}/messages/${message}/reactions/${encodeURIComponent(emoji)}`);
  }

  unreact(channel, message, emoji) {
    return this.#ask("DELETE", `/channels/${channel}/messages/${message}/reactions/${encodeURIComponent(emoji)}`);
  }

  reactors(channel, message, emoji) {
    return this.#get(`/channels/${channel}/messages/${message}/reactions/${encodeURIComponent(emoji)}`);
  }

  /** An empty list takes the vote back. */
  vote(channel, message, answerIds) {
    return call("PUT", `/channels/${channel}/polls/${message}/votes`, { body: { user: this.user, answer_ids: answerIds } });
  }

  voters(channel, message, answer) {
    return this.#get(`/channels/${channel}/polls/${message}/answers/${answer}`);
  }

  // Interactions

  interact(body) {
    return this.#post("/interactions", body);
  }

  /** Hand a file in before the interaction that names it: {id, filename, size, content_type}. */
  upload(file) {
    const form = new FormData();
    form.append("file", file, file.name);
    return this.#ask("POST", "/uploads", { form });
  }

  // Threads, posts and direct messages

  /** `type` 11 is public, 12 private; `message` is the id of the message it starts from. */
  startThread(channel, { name, type = null, message = null, autoArchive = null }) {
    const body = { name, ...(message ? { message_id: message } : {}), ...(type ? { type } : {}) };
    return this.#post(`/channels/${channel}/threads`, { ...body, ...(autoArchive ? { auto_archive_duration: autoArchive } : {}) });
  }

  post(forum, { name, content, tags = [], files = [] }) {
    return this.#post(`/channels/${forum}/posts`, { name, content, applied_tags: tags }, files);
  }

  /** `change` has any of name, archived, locked, applied_tags. */
  changeThread(thread, change) {
    return call("PATCH", `/channels/${thread}`, { body: { user: this.user, ...change } });
  }

  join(thread, who = "@me") {
    return this.#ask("PUT", `/channels/${thread}/thread-members/${who}`);
  }

  leave(thread, who = "@me") {
    return this.#ask("DELETE", `/channels/${thread}/thread-members/${who}`);
  }

  direct(recipient) {
    return this.#post("/direct", { recipient });
  }

  #get(path, query = {}) {
    return this.#ask("GET", path, { query });
  }

  #ask(method, path, { query = {}, ...rest } = {}) {
    return call(method, path, { query: { user: this.user, ...query }, ...rest });
  }

  #post(path, body, files = []) {
    const payload = { user: this.user, ...body };
    if (!files.length) return call("POST", path, { body: payload });
    const form = new FormData();
    form.append("payload_json", JSON.stringify(payload));
    files.forEach((file, at) => form.append(`files[${at}]`, file, file.name));
    return call("POST", path, { form });
  }
}

/** An attachment's address on this page's own host, or null when it is somewhere else. */
export function ownAddress(url) {
  try {
    const parsed = new URL(url, location.href);
    const loopback = ["localhost", "127.0.0.1", "[::1]"];
    const own = parsed.host === location.host;
    const sameMachine = loopback.includes(parsed.hostname) && loopback.includes(location.hostname);
    return own || (sameMachine && parsed.port === location.port) ? parsed.pathname + parsed.search : null;
  } catch {
    return null; // not an address at all
  }
}

/** Ask the local Discord; `root` is the API, the people's unless told otherwise. */
export async function call(method, path, { query = {}, body = null, form = null, root = "/people/v1" } = {}) {
  const search = new URLSearchParams(query).toString();
  const options = { method, signal: AbortSignal.timeout(form ? UPLOAD_TIMEOUT_MS : TIMEOUT_MS), headers: { Accept: "application/json" } };
  if (form) options.body = form;
  if (body) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(`${root}${path}${search ? `?${search}` : ""}`, options);
  } catch {
    throw new ApiError("The local Discord does not answer.");
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  throw new ApiError(answer?.message ?? `The local Discord answered ${response.status}.`, response.status, answer?.errors ?? {});
}
