"""The form of an application command: names, descriptions, options, choices, localisations.

Limits: "Application Commands" of Discord's documentation.
"""

from __future__ import annotations

import re

from bot.local_discord.errors import not_built
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json

__all__ = ["CHAT_INPUT", "LOCALES", "MESSAGE_MENU", "SUB_COMMAND", "SUB_COMMAND_GROUP", "read_command"]

CHAT_INPUT, MESSAGE_MENU = 1, 3
SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2
LOCALES = frozenset(
    [
        "id",
        "da",
        "de",
        "en-GB",
        "en-US",
        "es-ES",
        "es-419",
        "fr",
        "hr",
        "it",
        "lt",
        "hu",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "fi",
        "sv-SE",
        "vi",
        "tr",
        "cs",
        "el",
        "bg",
        "ru",
        "uk",
        "hi",
        "th",
        "zh-CN",
        "ja",
        "zh-TW",
        "ko",
    ]
)

_CHARACTERS = 8000
_STRING, _INTEGER, _NUMBER = 3, 4, 10
_CHOOSABLE = {_STRING, _INTEGER, _NUMBER}
_NAME = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")


def read_command(form: Form, body: Json, path: Path) -> None:
    """Note in `form` whatever is wrong with a command."""
    kind = body.get("type", CHAT_INPUT)
    if kind not in {CHAT_INPUT, MESSAGE_MENU}:
        if form.one_of(kind, (*path, "type"), (1, 2, 3, 4)):
            raise not_built("user menus and entry point commands")
        return
    _texts(form, body, path, chat=kind == CHAT_INPUT)
    if kind == MESSAGE_MENU:
        if body.get("description"):
            form.fail(
                (*path, "description"),
                "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID",
                "Context menu commands cannot have description",
            )
        return
    _options(form, body.get("options"), (*path, "options"), depth=0)
    if form.valid and _length(body) > _CHARACTERS:
        form.fail(
            path,
            "APPLICATION_COMMAND_TOO_LARGE",
            f"Command exceeds maximum size ({_CHARACTERS}) for application commands",
        )


def _texts(form: Form, body: Json, path: Path, *, chat: bool) -> None:
    names: dict[Path, object] = {("name",): body.get("name")}
    names |= {("name_localizations", at): name for at, name in (body.get("name_localizations") or {}).items()}
    for where, name in names.items():
        text = form.text(name, (*path, *where), least=1, most=32, required=True)
        if chat and text and (not _NAME.fullmatch(text) or text != text.lower()):
            form.fail((*path, *where), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if chat:
        form.text(body.get("description"), (*path, "description"), least=1, most=100, required=True)
        for at, text in (body.get("description_localizations") or {}).items():
            form.text(text, (*path, "description_localizations", at), least=1, most=100, required=True)
    for key in ("name_localizations", "description_localizations"):
        for locale in body.get(key) or {}:
            if locale not in LOCALES:
                form.fail((*path, key, locale), "BASE_TYPE_CHOICES", "Unknown locale")


def _options(form: Form, value: object, path: Path, *, depth: int) -> None:
    options = form.items(value, path, most=25)
    names: set[str] = set()
    optional_seen = False
    for index, option in enumerate(options):
        where = (*path, index)
        if not form.one_of(option.get("type"), (*where, "type"), range(1, 12)):
            continue
        _texts(form, option, where, chat=True)
        name = str(option.get("name"))
        if name in names:
            form.fail(
                (*where, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique"
            )
        names.add(name)
        if option["type"] in {SUB_COMMAND, SUB_COMMAND_GROUP}:
            _sub_command(form, option, where, depth=depth)
        else:
            _value_option(form, option, where)
            if option.get("required") and optional_seen:
                form.fail(
                    where,
                    "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                    "Required options must be placed before non-required options",
                )
            optional_seen = optional_seen or not option.get("required")
    kinds = {option.get("type") in {SUB_COMMAND, SUB_COMMAND_GROUP} for option in options}
    if len(kinds) > 1:
        form.fail(
            path,
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        )


def _sub_command(form: Form, option: Json, path: Path, *, depth: int) -> None:
    if depth > (1 if option["type"] == SUB_COMMAND else 0):
        form.fail(
            (*path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands are nested too deeply"
        )
        return
    _options(
        form, option.get("options"), (*path, "options"), depth=depth + (option["type"] == SUB_COMMAND_GROUP)
    )


def _value_option(form: Form, option: Json, path: Path) -> None:
    kind = option["type"]
    choices = form.items(option.get("choices"), (*path, "choices"), most=25)
    if choices and kind not in _CHOOSABLE:
        form.fail(
            (*path, "choices"), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "This type has no choices"
        )
    if choices and option.get("autocomplete"):
        form.fail(
            path,
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
            "Autocomplete and choices exclude each other",
        )
    for index, choice in enumerate(choices):
        where = (*path, "choices", index)
        form.text(choice.get("name"), (*where, "name"), least=1, most=100, required=True)
        chosen = choice.get("value")
        if kind == _STRING:
            form.text(chosen, (*where, "value"), most=100)
        elif isinstance(chosen, bool) or not isinstance(chosen, (int, float)):
            form.fail((*where, "value"), "NUMBER_TYPE_COERCE", f'Value "{chosen}" is not a number.')
    if kind == _STRING:
        form.whole(option.get("min_length"), (*path, "min_length"), least=0, most=6000, default=0)
        form.whole(option.get("max_length"), (*path, "max_length"), least=1, most=6000, default=6000)


def _length(body: Json) -> int:
    """The characters that Discord counts: names, descriptions, values; of localisations the longest."""
    count = 0
    for key in ("name", "description"):
        localised = (body.get(f"{key}_localizations") or {}).values()
        count += max(len(text) for text in (str(body.get(key) or ""), *localised))
    count += len(str(body["value"])) if "value" in body else 0
    return count + sum(_length(part) for key in ("options", "choices") for part in body.get(key) or [])
