"""Story Rooms: a Discord bot that turns a thread into a writers' room."""
