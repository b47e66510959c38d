"""Application commands in JSON: with every language, or in the reader's alone."""

from __future__ import annotations

from bot.local_discord.forms.localised import best_text
from bot.local_discord.reply import Json

__all__ = ["command_permissions_json", "localised_json"]

_PARTS = ("options", "choices")
_TEXTS = ("name", "description")


def localised_json(part: Json, locale: str) -> Json:
    """A command (or a part of one) as it reads in `locale`, without the table of its localisations."""
    body = {key: value for key, value in part.items() if not key.endswith("_localizations")}
    for key in _TEXTS:
        text = best_text(part.get(f"{key}_localizations"), locale)
        if text is not None:
            body[f"{key}_localized"] = text
    for key in _PARTS:
        if key in body:
            body[key] = [localised_json(inner, locale) for inner in body[key]]
    return body


def command_permissions_json(application_id: str, guild_id: str, id_: str, permissions: list[Json]) -> Json:
    """The permissions of one command, or (by the application's id) of all of them."""
    return {
        "id": id_,
        "application_id": application_id,
        "guild_id": guild_id,
        "permissions": permissions,
    }
