// Direct messages: the channel between oneself and another, made by the local Discord when there is none yet.

/** Lead to the direct messages with a person or the bot. */
export async function openDirect(page, userId) {
  try {
    const channel = await page.api().direct(userId);
    if (!page.store.channels.has(channel.id)) page.store.apply({ t: "CHANNEL_CREATE", d: channel });
    page.go(channel.id);
  } catch (error) {
    page.notify(error.message);
  }
}
