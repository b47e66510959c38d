"""Two texts compared, as Discord's Markdown: struck out what went, bold what came, marked what moved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import discord

from bot.chat.render.paging import turning
from bot.chat.render.quoting import quoted_line, quoted_whole
from bot.chat.render.shown import Shown
from bot.story.diff import Change, Piece, share_kept
from bot.story.room import Room
from bot.words import Words

_PAGE = 3600  # characters of an embed's text
_PIECE = 600  # of one marked run; longer ones are several
_APART = "\u200b"  # between two marks that would run into one another
_COLOUR = 0x5865F2
_MARKS: Final = {
    Change.KEPT: ("", ""),
    Change.REMOVED: ("~~", "~~"),
    Change.ADDED: ("**", "**"),
    Change.MOVED_AWAY: ("*", " ⤵*"),
    Change.MOVED_HERE: ("__", " ⤴__"),
}
_CORE = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


def comparison_pages(pieces: Sequence[Piece]) -> list[str]:
    """The comparison as Markdown, in pages of an embed's size; at least one."""
    pages = [""]
    for run in _runs(pieces):
        if len(pages[-1]) + len(run) > _PAGE and pages[-1].strip():
            pages.append("")
        pages[-1] += run
    return pages


@dataclass(frozen=True)
class Compared:
    """Two texts and what became of the one in the other; `refs` are the texts as `/compare` takes them."""

    names: tuple[str, str]
    refs: tuple[str, str]
    pieces: tuple[Piece, ...]


def comparison(room: Room, one: Compared, page: int, say: Words) -> Shown:
    """A page of a comparison, with the buttons that turn it."""
    pages = comparison_pages(one.pieces)
    page = min(max(page, 0), len(pages) - 1)
    share = round(100 * share_kept(one.pieces))
    earlier, later = (quoted_line(name, 60) for name in one.names)
    embed = discord.Embed(description=pages[page].strip() or _APART, colour=_COLOUR)
    if len(pages) > 1:
        embed.set_footer(text=say.say("compare.page", page=page + 1, pages=len(pages)))
    return Shown(
        text=f"{say.say('compare.title', a=earlier, b=later, share=share)}\n-# {say.say('compare.legend')}",
        embeds=(embed,),
        rows=turning(say, room, "compare_page", page, len(pages), *one.refs),
    )


def _runs(pieces: Sequence[Piece]) -> Iterator[str]:
    marked = False
    for piece in pieces:
        before, behind = _MARKS[piece.change]
        for line in re.split(r"(\n+)", piece.text):
            for part in _parts(line):
                lead, core, trail = part
                if not core or not before:
                    run, marks = f"{lead}{core}{trail}", False
                else:
                    run, marks = f"{lead}{before}{core}{behind}{trail}", True
                apart = _APART if marked and marks and not lead else ""
                yield apart + run
                marked = marks and not trail


def _parts(line: str) -> Iterator[tuple[str, str, str]]:
    """A run as pieces of escaped words with the space around each."""
    found = _CORE.fullmatch(line)
    if found is None or not found[2]:
        yield line, "", ""
        return
    cores = quoted_whole(found[2], _PIECE)
    for at, core in enumerate(cores):
        yield found[1] if at == 0 else "", core, found[3] if at == len(cores) - 1 else " "
