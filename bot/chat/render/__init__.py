"""From a room to what Discord shows: embeds, buttons, modals. Pure, apart from discord.py's own objects."""
