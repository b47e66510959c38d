"""Command names and descriptions out of the catalogue: English to declare them, Chinese as a locale."""

from __future__ import annotations

from discord import Locale
from discord.app_commands import Choice, TranslationContextTypes, Translator, locale_str

from bot.words import CHINESE, ENGLISH, words


def said(key: str) -> locale_str:
    """A text of the catalogue that Discord shows in each person's language."""
    return locale_str(words(ENGLISH).say(key), key=key)


def named(english: str, chinese: str) -> locale_str:
    """A name that stands in no catalogue, in each person's language."""
    return locale_str(english, chinese=chinese)


def options(command: str, *names: str) -> dict[str, locale_str]:
    """The names of a command's options, for `rename`; in English they are the parameters' own."""
    return {name: said(f"{command}.options.{name}") for name in names}


def described(command: str, *names: str) -> dict[str, locale_str]:
    """What a command's options are for, for `describe`."""
    return {name: said(f"{command}.{name}") for name in names}


def choices(prefix: str, values: list[str]) -> list[Choice[str]]:
    """Choices whose names stand in the catalogue under `prefix.VALUE`."""
    return [Choice(name=said(f"{prefix}.{value}"), value=value) for value in values]


class CatalogueTranslator(Translator):
    """Gives discord.py the Chinese of what `said` marked."""

    async def translate(
        self,
        string: locale_str,
        locale: Locale,
        context: TranslationContextTypes,  # noqa: ARG002 - the key says enough
    ) -> str | None:
        """The text in that language; None leaves the English."""
        if locale is not Locale.chinese:
            return None
        key = string.extras.get("key")
        return words(CHINESE).say(key) if key is not None else string.extras.get("chinese")
