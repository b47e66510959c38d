"""The model side of Story Rooms: Text Generation Inference's wire, a client, a local server. Imports nothing of `bot`."""
