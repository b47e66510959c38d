"""The API for the people: what a person's own client does. Written down in docs/local-discord.md."""
