"""What was sent for a round, coloured by where each part came from: a message, and a page where it is long.

Both are drawn from pieces that are masked already for who looks at them.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from bot.chat.render.quoting import quoted_line
from bot.chat.render.shown import MESSAGE_LIMIT
from bot.story.room import Room
from bot.story.rounds import Receipt, Round, Take
from bot.story.sent import Origin, Sent, SentPiece
from bot.words import Words

_MARKS = {
    Origin.FRAME: "⬛",
    Origin.EXAMPLE: "🟫",
    Origin.TITLE: "🟪",
    Origin.CARD: "🟦",
    Origin.LORE: "🟩",
    Origin.SECRET: "🟥",
    Origin.NOTE: "🟨",
    Origin.DRAFT: "🟧",
    Origin.OPENING: "⬜",
}
# Discord's ANSI colours: https://en.wikipedia.org/wiki/ANSI_escape_code#Colors, of which it draws 30 to 37.
_ANSI = {
    Origin.FRAME: "0",
    Origin.EXAMPLE: "0",
    Origin.TITLE: "35",
    Origin.CARD: "34",
    Origin.LORE: "32",
    Origin.SECRET: "31",
    Origin.NOTE: "33",
    Origin.DRAFT: "36",
    Origin.OPENING: "1;37",
}
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
}
_METHODS = {"guided": "why.more.guided", "woven": "why.more.woven"}  # by what their names begin with
_LEGEND_ROOM = 110  # characters of one line
_TAKES_ROOM = 260
_ELLIPSIS = "⋯"
_NOTHING = "\u200b"


def why_text(room: Room, one: Round, takes: Sequence[Take], sent: Sent, say: Words) -> tuple[str, bool]:
    """The message, and whether it has all that was sent; examples and what does not fit are left out."""
    head = "\n".join([f"**{say.say('why.title', round=one.number)}**", *_takes(takes, say)])
    head += "\n" + "\n".join(_legend(room, sent, say))
    budget = MESSAGE_LIMIT - len(head) - len(say.say("why.rest")) - 20
    block, whole = _block(room, sent, say, budget)
    text = f"{head}\n```ansi\n{block}\n```"
    return (text if whole else f"{text}{say.say('why.rest')}"), whole


def why_page(room: Room, one: Round, takes: Sequence[Take], sent: Sent, say: Words) -> str:
    """The whole of it as an HTML page of its own; the style is last, for Discord shows how a file begins."""
    title = html.escape(say.say("why.title", round=one.number))
    colours = "".join(f".{origin}{{background:{colour}}}" for origin, colour in _CSS.items())
    told = "".join(f"<li>{html.escape(line)}</li>" for line in _plain_takes(takes, say))
    legend = "".join(
        f'<li><span class="{origin}">{html.escape(names)}</span></li>'
        for origin, names in _names(room, sent, say)
    )
    pieces = "".join(
        f'<span class="{piece.origin}" title="{html.escape(_name(room, piece, say))}">'
        f"{html.escape(_words(room, piece, say))}</span>"
        for piece in sent.pieces
    )
    left_out = ""
    if sent.left_out:
        cards = say.say("document.comma").join(map(str, sent.left_out))
        left_out = f"<p>{html.escape(say.say('why.left_out', cards=cards))}</p>"
    return (
        f'<!doctype html><html lang="{say.language}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>\n'
        f"<body><h1>{title}</h1>\n<ul>{told}</ul>\n<ul>{legend}</ul>\n{left_out}<pre>{pieces}</pre>\n"
        "<style>body{font:16px/1.6 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;"
        "color:#111;background:#fff}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}"
        f"span{{border-radius:3px}}{colours}</style></body></html>\n"
    )


def receipt_lines(takes: Sequence[Take], say: Words) -> list[str]:
    """Each take's model, seed, dials and method, for Markdown."""
    return list(_takes(takes, say))


def _takes(takes: Sequence[Take], say: Words) -> Iterator[str]:
    for line in _plain_takes(takes, say):
        yield f"-# {quoted_line(line, _TAKES_ROOM)}"


def _plain_takes(takes: Sequence[Take], say: Words) -> Iterator[str]:
    """What the takes have in common, once; each take's own; and that there were more requests than this."""
    shared = {_by(take.receipt, say) for take in takes}
    if len(shared) == 1:
        yield from shared
    for take in takes:
        receipt = take.receipt
        told = [] if len(shared) == 1 else [_by(receipt, say)]
        told.append(say.say("why.how", prompt=receipt.prompt_tokens, generated=receipt.generated_tokens))
        if receipt.redraws:
            told.append(say.say("why.drawn_again", reasons=", ".join(receipt.redraws)))
        if receipt.resumed:
            told.append(say.say("why.resumed", tokens=", ".join(map(str, receipt.resumed))))
        about = say.say("document.semicolon").join(told)
        yield say.say("why.take", letter=take.letter, seed=receipt.seed, about=about)
    if len({take.receipt.prompt_sha256 for take in takes}) > 1:
        yield say.say("why.more.others", letter=takes[0].letter)
    for method in sorted({take.receipt.method.partition("-")[0] for take in takes} & _METHODS.keys()):
        yield say.say(_METHODS[method])


def _by(receipt: Receipt, say: Words) -> str:
    """The model, its dials, the program and its method."""
    dials = receipt.dials.model_dump(exclude_none=True)
    told = [receipt.model, *(f"{name} {value:g}" for name, value in dials.items())]
    program = f"{receipt.program} ({receipt.method})" if receipt.method else receipt.program
    return say.say("document.comma").join(filter(None, (*told, program)))


def _legend(room: Room, sent: Sent, say: Words) -> Iterator[str]:
    for origin, names in _names(room, sent, say):
        mark = _MARKS[Origin(origin)]
        yield say.say("why.legend", mark=mark, what=quoted_line(names, _LEGEND_ROOM))


def _names(room: Room, sent: Sent, say: Words) -> Iterator[tuple[str, str]]:
    """Each origin that there is, in order, with the names of its pieces."""
    found: dict[Origin, dict[str, None]] = {}
    for piece in sent.pieces:
        if piece.text.strip() or piece.masked:
            found.setdefault(piece.origin, {})[_name(room, piece, say)] = None
    for origin in Origin:
        if origin in found:
            yield origin.value, say.say("document.comma").join(found[origin])


def _name(room: Room, piece: SentPiece, say: Words) -> str:
    card = room.premise(piece.card) if piece.card is not None else None
    author = room.name_of(card.author) if card else ""
    return say.say(f"why.origin.{piece.origin}", number=piece.card or 0, author=author)


def _words(room: Room, piece: SentPiece, say: Words) -> str:
    if not piece.masked:
        return piece.text
    return " " + say.say("why.masked", owner=room.name_of(piece.owner) if piece.owner else "?")


def _block(room: Room, sent: Sent, say: Words, budget: int) -> tuple[str, bool]:
    """The pieces in colours, at most so many characters; whether all of them are there."""
    parts: list[str] = []
    used, whole = 0, True
    for piece in sent.pieces:
        if piece.origin is Origin.EXAMPLE:
            whole = False
            continue
        start, end = f"\u001b[{_ANSI[piece.origin]}m", "\u001b[0m"
        words = _words(room, piece, say).replace("`", f"`{_NOTHING}").replace("\u001b", "")
        left = budget - used - len(start) - len(end) - len(_ELLIPSIS)
        if left <= 0:
            return "".join(parts) + _ELLIPSIS, False
        if len(words) > left:
            parts.append(f"{start}{words[:left]}{end}")
            return "".join(parts) + _ELLIPSIS, False
        parts.append(f"{start}{words}{end}")
        used += len(start) + len(words) + len(end)
    return "".join(parts), whole
