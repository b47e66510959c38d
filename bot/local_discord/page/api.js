// Every HTTP request of the page, and the only place that knows the People API's addresses
// (docs/local-discord.md). Each request ends within TIMEOUT_MS; a refusal becomes an ApiError whose
// message may be shown to the person as it stands. Nothing is repeated here.

const TIMEOUT_MS = 10000;

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

  /** Newest first, at most `limit`. */
  messages(channel, { before = null, limit = 50 } = {}) {
    const query = { user: this.user, limit, ...(before ? { before } : {}) };
    return call("GET", `/channels/${channel}/messages`, { query });
  }

  pins(channel) {
    return call("GET", `/channels/${channel}/pins`, { query: { user: this.user } });
  }

  send(channel, content, { replyTo = null } = {}) {
    const reference = replyTo ? { message_reference: { message_id: replyTo } } : {};
    return call("POST", `/channels/${channel}/messages`, { body: { user: this.user, content, ...reference } });
  }

  remove(channel, message) {
    return call("DELETE", `/channels/${channel}/messages/${message}`, { query: { user: this.user } });
  }

  typing(channel) {
    return call("POST", `/channels/${channel}/typing`, { body: { user: this.user } });
  }

  interact(body) {
    return call("POST", "/interactions", { body: { user: this.user, ...body } });
  }

  setLocale(locale) {
    return call("PATCH", `/users/${this.user}`, { body: { locale } });
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

async function call(method, path, { query = {}, body = null } = {}) {
  const search = new URLSearchParams(query).toString();
  const options = { method, signal: AbortSignal.timeout(TIMEOUT_MS), headers: { Accept: "application/json" } };
  if (body) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(`/people/v1${path}${search ? `?${search}` : ""}`, options);
  } catch {
    throw new ApiError("The local Discord does not answer.");
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  throw new ApiError(answer?.message ?? `The local Discord answered ${response.status}.`, response.status, answer?.errors ?? {});
}
