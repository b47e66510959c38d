// Discord's ids: 64-bit numbers in decimal strings, too large for a JavaScript number. This is the only
// place that takes them apart (https://discord.com/developers/docs/reference#snowflakes).

const DISCORD_EPOCH_MS = 1420070400000n;

/** For sorting: by length, then by digits, which is by number. */
export const compareIds = (a, b) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** When an id was made, in ms since 1970. */
export const timeOf = (id) => Number((BigInt(id) >> 22n) + DISCORD_EPOCH_MS);

/** An id for something made now in this window; `count` keeps those of one millisecond apart. */
export const idForNow = (count) => String(((BigInt(Date.now()) - DISCORD_EPOCH_MS) << 22n) + BigInt(count % 4096));
