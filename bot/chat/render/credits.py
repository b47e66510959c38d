"""Credit as messages: the shares, every sentence with whose it is, the disclosure to be copied."""

from __future__ import annotations

import discord

from bot.chat.render.components import button
from bot.chat.render.paging import turning
from bot.chat.render.quoting import fenced, quoted, quoted_line
from bot.chat.render.shown import Picture, Row, Shown
from bot.story.credit.saying import disclosure_of, parts_line, share_line
from bot.story.credit.sheet import DraftSheet
from bot.story.room import Room
from bot.story.saying import listed
from bot.words import Words

_PAGE = 3600
_SENTENCE = 240  # characters of a sentence and of whose it is
_SHARES = 12
_COLOUR = 0x3BA55D


def shares_message(room: Room, sheet: DraftSheet, say: Words, png: bytes) -> Shown:
    """Everybody's share, as lines and as a picture."""
    lines = [f"- {quoted_line(share_line(room, share, say.say), 140)}" for share in sheet.shares[:_SHARES]]
    if len(sheet.shares) > _SHARES:
        lines.append(f"- {say.say('credits.others', count=len(sheet.shares) - _SHARES)}")
    text = "\n".join([_title(room, sheet, say), *lines])
    shares = listed(say.say, (share_line(room, share, say.say) for share in sheet.shares))
    about = say.say("credits.about", draft=sheet.draft, title=room.brief.title, shares=shares)
    about = f"{say.say('credits.explained')} {about}"  # as on the picture
    return Shown(
        text=text,
        rows=(_row(room, sheet.draft, say, besides="credits_shares"),),
        pictures=(Picture("credits.png", png, about=about),),
    )


def sentences_message(room: Room, sheet: DraftSheet, page: int, say: Words) -> Shown:
    """The sentences of one page, each with whose it is."""
    pages = sentence_pages(room, sheet, say)
    page = min(max(page, 0), len(pages) - 1)
    embed = discord.Embed(description=pages[page], colour=_COLOUR)
    if len(pages) > 1:
        embed.set_footer(text=say.say("credits.page", page=page + 1, pages=len(pages)))
    turn = turning(say, room, "credits_sentences", page, len(pages), sheet.draft)
    row = _row(room, sheet.draft, say, besides="credits_sentences")
    return Shown(text=_title(room, sheet, say), embeds=(embed,), rows=(*turn, row))


def sentence_pages(room: Room, sheet: DraftSheet, say: Words) -> list[str]:
    """Every sentence with whose it is, as Markdown in pages of an embed's size."""
    pages = [""]
    for one in sheet.sentences:
        told = say.say("credits.sentence", number=one.number, text=quoted(one.text, _SENTENCE))
        whose = quoted_line(parts_line(room, one, say.say), _SENTENCE)
        entry = f"{told}\n-# {whose}\n"
        if pages[-1] and len(pages[-1]) + len(entry) > _PAGE:
            pages.append("")
        pages[-1] += entry
    return pages


def disclosure_message(room: Room, sheet: DraftSheet, say: Words) -> Shown:
    """The disclosure text in a block to be copied."""
    text = fenced("\n".join(disclosure_of(room, sheet, say.say)))
    row = _row(room, sheet.draft, say, besides="credits_disclosure")
    return Shown(text=f"{say.say('credits.copy')}\n{text}", rows=(row,))


def _title(room: Room, sheet: DraftSheet, say: Words) -> str:
    title = say.say("credits.title", draft=sheet.draft, title=quoted_line(room.brief.title, 120))
    return f"**{title}**\n{say.say('credits.words', words=sheet.words)}"


def _row(room: Room, draft: int, say: Words, *, besides: str) -> Row:
    views = {
        "credits_shares": button(say, room, "credits_shares", draft),
        "credits_sentences": button(say, room, "credits_sentences", 0, draft),
        "credits_disclosure": button(say, room, "credits_disclosure", draft),
    }
    return [view for name, view in views.items() if name != besides]
