"""From what the model wrote to what people read: where it ends, and how it is set.

Pure: the same words and finish reason always give the same text, which is what makes a take replayable.
"""

from __future__ import annotations

import re

from bot.story.text import clean
from bot.writing.phrases import sentence_ends, sentences, units
from bot.writing.program import Program

_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile("\r\n?|[\u0085\u2028\u2029]")
_FENCE = re.compile(r"`{3,}")
_REPEATABLE_UNITS = 5  # a shorter sentence may rightly come twice


def finish(program: Program, opening: str, generated: str, *, cut_short: bool) -> str:
    """The take's text. `cut_short`: the model had to end (finish reason "length")."""
    kept, stopped = before_stop(program, generated)
    text = tidy(opening + kept)
    return whole_sentences(text) if cut_short and not stopped else text


def so_far(program: Program, opening: str, generated: str) -> str:
    """The text to show while it is written: what may yet become a stop sequence is held back."""
    kept, stopped = before_stop(program, generated)
    if not stopped:
        beginnings = (stop[:size] for stop in _stops(program) for size in range(1, len(stop)))
        held = max((len(each) for each in beginnings if kept.endswith(each)), default=0)
        kept = kept[: len(kept) - held]
    return tidy(opening + kept).rstrip("\ufffd")  # the first bytes of a character that is still to come


def whole_sentences(text: str) -> str:
    """Cut back to the last whole sentence; a text without one is cut at its last word and says so."""
    if ends := sentence_ends(text):
        return text[: ends[-1]]
    words = text.rsplit(" ", 1)[0] if " " in text else text
    return f"{words.rstrip(' ,;:，、；：')}…" if words else ""


def before_repetition(text: str) -> str:
    """What stands before the first sentence that the text has said already."""
    seen: set[tuple[str, ...]] = set()
    kept, position = 0, 0
    for sentence in sentences(text):
        position = text.index(sentence, position) + len(sentence)
        words = tuple(units(sentence))
        if len(words) >= _REPEATABLE_UNITS and words in seen:
            return text[:kept]
        seen.add(words)
        kept = position
    return text


def tidy(text: str) -> str:
    """No invisible characters, no runs of spaces, no fences; line ends stay."""
    text = _SPACES.sub(" ", _FENCE.sub("", clean(text)))
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def before_stop(program: Program, generated: str) -> tuple[str, bool]:
    """What stands before the first stop sequence, wherever a token ran past it; whether there was one."""
    generated = _LINES.sub("\n", generated)
    cuts = [at for stop in _stops(program) if (at := generated.find(stop)) >= 0]
    return generated[: min(cuts, default=len(generated))], bool(cuts)


def _stops(program: Program) -> tuple[str, ...]:
    return (*program.stops, program.separator)
