"""What each event changes, one module for each family of events; `bot.story.evolve` puts them together."""
