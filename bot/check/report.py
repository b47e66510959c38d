"""A finding, and the one line that it is told in: no secret and no control character ever gets into one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.settings import Settings, passwords_in

HIDDEN = "[hidden]"

_LONGEST = 600  # characters of a line: what others name may be long
_SHORTEST_SECRET = 4  # hiding every "a" would hide nothing


class Mark(StrEnum):
    """How a finding stands."""

    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"  # without it the bot does not work


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found; `text` is one sentence or two, and says what to do next."""

    mark: Mark
    text: str


def ok(text: str) -> Finding:
    """All is well here."""
    return Finding(Mark.OK, text)


def warning(text: str) -> Finding:
    """It works, but not as it should."""
    return Finding(Mark.WARNING, text)


def missing(text: str) -> Finding:
    """It cannot work."""
    return Finding(Mark.MISSING, text)


def line(subject: str, finding: Finding, secrets: Iterable[str] = ()) -> str:
    """The finding as one line of plain text."""
    text = finding.text
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    plain = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    if len(plain) > _LONGEST:
        plain = plain[: _LONGEST - 1] + "…"
    return f"{finding.mark:<8} {subject:<8} {plain}"


def secrets_of(settings: Settings) -> list[str]:
    """What must be in no line: tokens, and the passwords inside addresses. The longest first."""
    found = {settings.discord_token.get_secret_value()}
    if settings.tgi_token is not None:
        found.add(settings.tgi_token.get_secret_value())
    for url in (settings.redis_url, *settings.tgi_urls):
        found |= set(passwords_in(url))
    stripped = {each.strip() for each in found}
    return sorted((each for each in stripped if len(each) >= _SHORTEST_SECRET), key=len, reverse=True)
