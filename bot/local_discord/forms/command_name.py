"""What commands and their options are called, in every language.

Source: "Application Command Naming" of Discord's documentation.
"""

from __future__ import annotations

import re

from bot.local_discord.forms.form import Form, Path
from bot.local_discord.forms.localised import read_localised
from bot.local_discord.reply import Json

__all__ = ["read_texts"]

# Letters, numbers, - _ ' and all of Devanagari and Thai, whose marks are no letters.
_CHAT_NAME = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")
_NAME, _DESCRIPTION = 32, 100


def read_texts(form: Form, given: Json, path: Path, *, chat: bool = True) -> Json:
    """Name and description with their localisations. Menus (not `chat`) have a name in mixed case alone."""
    texts: Json = {
        "name": form.text(given.get("name"), (*path, "name"), least=1, most=_NAME, required=True),
        "name_localizations": read_localised(
            form, given.get("name_localizations"), (*path, "name_localizations"), most=_NAME
        ),
        "description": "",
        "description_localizations": None,
    }
    _check_name(form, texts["name"], (*path, "name"), chat=chat)
    for locale, name in (texts["name_localizations"] or {}).items():
        _check_name(form, name, (*path, "name_localizations", locale), chat=chat)
    if chat:
        texts["description"] = form.text(
            given.get("description"), (*path, "description"), least=1, most=_DESCRIPTION, required=True
        )
        texts["description_localizations"] = read_localised(
            form,
            given.get("description_localizations"),
            (*path, "description_localizations"),
            most=_DESCRIPTION,
        )
    return texts


def _check_name(form: Form, name: str, path: Path, *, chat: bool) -> None:
    if not name:
        return
    if chat and len(name) <= _NAME and not _CHAT_NAME.fullmatch(name):
        form.fail(path, "STRING_TYPE_REGEX", "String value did not match validation regex.")
    elif name != name.lower() if chat else name.isspace():
        form.fail(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
