// The commands that I may use in a channel, as the server says. It is asked once for a channel and again after anything
// that may have changed the answer; until it has answered, what is registered for the channel's server stands in.

export class PermittedCommands {
  /** `api()` is the present person's. */
  constructor({ store, api }) {
    Object.assign(this, { store, api, known: new Map(), listeners: [] });
    for (const topic of ["all", "access", "commands"]) store.on(topic, () => this.#forget());
  }

  /** `listener(channelId)` is told when an answer came. */
  on(listener) {
    this.listeners.push(listener);
  }

  in(channelId) {
    const answer = this.known.get(channelId);
    if (!answer) this.#ask(channelId);
    return answer?.commands ?? this.#registered(channelId);
  }

  #registered(channelId) {
    const guild = this.store.channels.get(channelId)?.guild_id;
    return this.store.commands.filter((command) => !command.guild_id || command.guild_id === guild);
  }

  async #ask(channelId) {
    const asked = { commands: null };
    this.known.set(channelId, asked);
    try {
      const commands = await this.api().commands(channelId);
      if (this.known.get(channelId) !== asked) return; // forgotten meanwhile
      asked.commands = commands;
    } catch {
      return; // what is registered stands in; the server refuses what may not be used
    }
    for (const listener of this.listeners) listener(channelId);
  }

  #forget() {
    const channels = [...this.known.keys()];
    this.known.clear();
    for (const channelId of channels) for (const listener of this.listeners) listener(channelId);
  }
}
