"""Files that were sent ahead, in JSON: to the person who sent them, and as the bot's attachments."""

from __future__ import annotations

from bot.local_discord.reply import Json
from bot.local_discord.state.uploads import Uploaded

__all__ = ["upload_json", "uploaded_attachment_json"]


def upload_json(upload: Uploaded) -> Json:
    """What the person's client is told."""
    return {
        "id": upload.id,
        "filename": upload.filename,
        "size": len(upload.content),
        "content_type": upload.content_type,
    }


def uploaded_attachment_json(upload: Uploaded) -> Json:
    """An attachment object, which the bot may download."""
    return {**upload_json(upload), "url": upload.path, "proxy_url": upload.path, "ephemeral": True}
