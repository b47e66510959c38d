// Where a window is: {user, guild, channel, thread}, kept in the address so that a reload, a bookmark and the
// back button work. `guild` is "@me" at Home. It reads and writes the address and knows nothing of what is there.

const KEYS = ["user", "guild", "channel", "thread"];

export function placeInAddress() {
  const search = new URLSearchParams(location.search);
  return Object.fromEntries(KEYS.map((key) => [key, search.get(key)]));
}

/** The address of a place, for links that may be opened in a second window. */
export function addressOf(place) {
  const search = new URLSearchParams();
  for (const key of KEYS) if (place[key]) search.set(key, place[key]);
  return `?${search}`;
}

export function putInAddress(place, { replace = false } = {}) {
  const address = addressOf(place);
  if (address === location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
}

const LAST = "local-discord:last-channel:";

/** The channel that a person looked at last in a server: a convenience of this browser, nothing more. */
export function lastChannel(userId, guildId) {
  try {
    return localStorage.getItem(`${LAST}${userId}:${guildId}`);
  } catch {
    return null; // storage is switched off
  }
}

export function rememberChannel(userId, guildId, channelId) {
  try {
    localStorage.setItem(`${LAST}${userId}:${guildId}`, channelId);
  } catch {
    // Storage is full or switched off: the server opens on its first channel.
  }
}
