"""Everything that was sent for a round's takes: a page in colours, and each request word for word.

The page shows the first request whole, and of each later one what the one before it had not. Both are drawn
from pieces that are masked already for who looks at them.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from bot.chat.render.why import Step, name_of, names_of, told_of, words_of
from bot.story.requested import parted
from bot.story.room import Room
from bot.story.rounds import Round, Take
from bot.story.sent import Origin, SentPiece
from bot.words import Words

# On a page, light enough under black letters and apart for eyes that tell red from green badly.
_CSS = {
    Origin.FRAME: "#e4e4e4",
    Origin.EXAMPLE: "#f3e9dd",
    Origin.TITLE: "#e6d3f5",
    Origin.CARD: "#c9dcf9",
    Origin.LORE: "#c5ecd9",
    Origin.SECRET: "#f7c6c0",
    Origin.NOTE: "#fbeeb0",
    Origin.DRAFT: "#fbd7ae",
    Origin.OPENING: "#ffffff",
    Origin.LEAD: "#ffc9ea",
    Origin.WRITTEN: "#d3f1f7",
}
_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#111;"
    "background:#fff}h2{font-size:1rem;margin:2rem 0 0}pre{white-space:pre-wrap;overflow-wrap:anywhere;"
    "font:inherit;margin:.5rem 0}p{margin:.25rem 0}span{border-radius:3px}.again span{opacity:.5}"
)
_AGAIN = 120  # characters shown again of what a request shares with the one before it
_ELLIPSIS = "⋯"
MOST_BYTES = 8_000_000  # of the exact requests; Discord takes 10 MiB of a bot


def why_page(room: Room, one: Round, takes: Sequence[Take], steps: Sequence[Step], say: Words) -> str:
    """An HTML page of its own; the style is last, for Discord shows how a file begins."""
    title = html.escape(say.say("why.title", round=one.number))
    told = "".join(f"<li>{html.escape(line)}</li>" for line in told_of(takes, say, steps))
    pieces = (piece for step in steps for piece in step.sent.pieces)
    legend = "".join(
        f'<li><span class="{origin}">{html.escape(names)}</span></li>'
        for origin, names in names_of(room, pieces, say)
    )
    left_out = ""
    if steps[0].sent.left_out:
        cards = say.say("document.comma").join(map(str, steps[0].sent.left_out))
        left_out = f"<p>{html.escape(say.say('why.left_out', cards=cards))}</p>"
    body = "\n".join(_sections(room, steps, say))
    colours = "".join(f".{origin}{{background:{colour}}}" for origin, colour in _CSS.items())
    return (
        f"<!doctype html>\n<!-- {say.say('why.open')} -->\n"
        f'<html lang="{say.language}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>\n'
        f"<body><h1>{title}</h1>\n<ul>{told}</ul>\n<ul>{legend}</ul>\n{left_out}{body}\n"
        f"<style>{_STYLE}{colours}</style></body></html>\n"
    )


def why_lines(room: Room, steps: Sequence[Step], say: Words) -> str:
    """The requests as they were sent, a JSON object a line; where that is too much, by what each adds."""
    lines = [_line(room, step, say) for step in steps]
    if sum(len(line["inputs"].encode()) for line in lines) > MOST_BYTES:
        shorter = [_shorter(before, line) for before, line in pairwise(lines)]
        lines = [lines[0], *shorter]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _line(room: Room, step: Step, say: Words) -> dict[str, Any]:
    told: dict[str, Any] = {"take": step.take.letter, "request": step.number}
    if any(piece.masked for piece in step.sent.pieces):
        told["masked"] = True
    told["inputs"] = "".join(words_of(room, piece, say) for piece in step.sent.pieces)
    told["parameters"] = step.request.parameters if step.request else {}
    return told


def _shorter(before: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    """The line with only what its text has behind so many characters of the line before."""
    inputs, earlier = line["inputs"], before["inputs"]
    differs = (at for at, (a, b) in enumerate(zip(inputs, earlier, strict=False)) if a != b)
    same = next(differs, min(len(inputs), len(earlier)))
    return {**line, "inputs": inputs[same:], "behind_characters_of_the_line_before": same}


def _sections(room: Room, steps: Sequence[Step], say: Words) -> Iterator[str]:
    """The first request whole, each later one from where it leaves the one before."""
    yield _heading(steps[0], say) + f"<pre>{_marked(room, steps[0].sent.pieces, say)}</pre>"
    for before, step in pairwise(steps):
        kept, more = parted(before.sent, step.sent)
        again = f'<span class="again">{_ELLIPSIS}{_marked(room, _last(kept), say)}</span>'
        pre = f"<pre>{again}{_marked(room, more, say)}</pre>"
        if not more:
            same = kept == before.sent.pieces
            pre += f"<p>{html.escape(say.say('why.step.same' if same else 'why.step.shorter'))}</p>"
        yield _heading(step, say) + pre


def _heading(step: Step, say: Words) -> str:
    if step.request is None:
        return ""
    parameters = step.request.parameters
    about = say.say(
        "why.step.title",
        letter=step.take.letter,
        number=step.number,
        count=step.count,
        seed=parameters.get("seed"),
        most=parameters.get("max_new_tokens"),
    )
    told = [f"<h2>{html.escape(about)}</h2>"]
    if step.request.goes_on:
        told.append(f"<p>{html.escape(say.say('why.step.goes_on'))}</p>")
    if isinstance(grammar := parameters.get("grammar"), dict):
        held = say.say("why.step.held", pattern=grammar.get("value"))
        told.append(f"<p>{html.escape(held)}</p>")
    return "".join(told)


def _marked(room: Room, pieces: Iterable[SentPiece], say: Words) -> str:
    return "".join(
        f'<span class="{piece.origin}" title="{html.escape(name_of(room, piece, say))}">'
        f"{html.escape(words_of(room, piece, say))}</span>"
        for piece in pieces
    )


def _last(pieces: Sequence[SentPiece]) -> list[SentPiece]:
    """The end of what two requests share, to see where one goes on; secrets are not shown again."""
    found: list[SentPiece] = []
    left = _AGAIN
    for piece in reversed(pieces):
        if left <= 0 or piece.origin is Origin.SECRET:
            break
        found.append(piece.model_copy(update={"text": piece.text[-left:]}))
        left -= len(piece.text)
    return found[::-1]
