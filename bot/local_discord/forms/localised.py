"""Texts in several languages: which locales Discord has, and the form of a table of localisations.

Source: "Locales" of Discord's reference, and AvailableLocalesEnum of its OpenAPI document.
"""

from __future__ import annotations

from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json

__all__ = ["LOCALES", "best_text", "read_localised"]

_LISTED = """
ar bg cs da de el en-GB en-US es-419 es-ES fi fr he hi hr hu id it ja ko lt nl no pl pt-BR ro ru sv-SE th tr
uk vi zh-CN zh-TW
"""
LOCALES = frozenset(_LISTED.split())

# Each stands in for the other where it is missing.
_KIN = {"en-US": "en-GB", "en-GB": "en-US", "es-419": "es-ES", "es-ES": "es-419"}


def read_localised(form: Form, value: object, path: Path, *, most: int) -> Json | None:
    """A table of texts of 1 to `most` characters by locale; None where there is none."""
    if value is None:
        return None
    if not isinstance(value, dict):
        form.fail(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return None
    texts: Json = {}
    for locale, text in value.items():
        if locale not in LOCALES:
            listed = ", ".join(sorted(LOCALES))
            form.fail((*path, locale), "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")
        texts[locale] = form.text(text, (*path, locale), least=1, most=most, required=True)
    return texts


def best_text(texts: Json | None, locale: str) -> str | None:
    """The text for that locale or its nearest kin, or None."""
    if not texts:
        return None
    found = texts.get(locale) or texts.get(_KIN.get(locale, ""))
    return None if found is None else str(found)
