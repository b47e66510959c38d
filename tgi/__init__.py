"""The model side of Story Rooms: TGI's wire, a client, a local server. Imports nothing of `bot`."""
