"""What becomes of words that people type, before a rule looks at them.

Invisible and direction-changing characters are taken out, so that nothing can pretend to be empty, or to be
something else; what is visible stays as it was typed. Escaping for Markdown and for prompts is the business
of those who show or send the text.
"""

from __future__ import annotations

import re
import unicodedata

# Bidirectional controls, zero-width and soft characters (Unicode 15.1, Default_Ignorable_Code_Point and
# categories Cf and Cc), but not the joiners, which Persian and emoji need, not the variation selectors, which
# emoji need, and not tab and newline.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LINES = re.compile("\r\n?|[\u0085\u2028\u2029]")
_JOINERS = re.compile("(?s)(^|.)([\u200c\u200d\ufe00-\ufe0f]+)(?=($|.))")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """The text without invisible characters, in Unicode's composed form, with tidy line ends."""
    text = _LINES.sub("\n", text).replace("\u2800", " ")  # the Braille blank is a space to the eye
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    text = unicodedata.normalize("NFC", _JOINERS.sub(_needed, text))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip()


def clean_line(text: str) -> str:
    """As `clean`, on one line: for titles and names."""
    return " ".join(clean(text).split())


def _needed(run: re.Match[str]) -> str:
    """What a run of them can do: one selector after a sign, one joiner between two."""
    before, signs, after = run.groups()
    selector = signs[0] if signs[0] >= "\ufe00" and before.strip() else ""
    joiner = next((sign for sign in signs if sign < "\ufe00"), "")
    return before + selector + (joiner if _joins(before) and _joins(after) else "")


def _joins(sign: str) -> bool:
    return not sign.isascii() and not sign.isspace()  # the empty string is ASCII
