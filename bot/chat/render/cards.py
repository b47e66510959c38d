"""Cards: one card with what may be done to it, and the bible, a page of cards by kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord
from discord import ButtonStyle, SelectOption
from discord.ui import Button, View

from bot.chat.render.columns import clipped
from bot.chat.render.components import button, select
from bot.chat.render.paging import page_of, turning
from bot.chat.render.quoting import plain_line, quoted, quoted_line
from bot.chat.render.shown import MESSAGE_LIMIT, Row, Shown
from bot.story.bible import FRAME
from bot.story.brief import Kind, Premise
from bot.story.lore import title_of
from bot.story.model import MemberId
from bot.story.room import Room, RoomStatus
from bot.words import Words

KINDS = (
    Kind.LOGLINE,
    Kind.CHARACTER,
    Kind.SETTING,
    Kind.CONFLICT,
    Kind.THEME,
    Kind.TWIST,
    Kind.LORE,
)
ANY = "-"  # of any kind, in a custom id

_COLOUR = 0xFAA61A
_DETAILS = {"want": "card.want", "need": "card.need", "flaw": "card.flaw"}
_DETAIL_ROOM = 140  # characters of a want, a need or a flaw in a view; the text gets the rest
_SECRET_ROOM = 300
_ROOM_FOR_LINES = 700
_TITLE_COLUMNS = 50  # of a card in a list: two lines of a phone with its author


def bible_page(room: Room, say: Words, *, page: int = 0, kind: Kind | None = None) -> Shown:
    """A page of the room's cards; nothing of a secret is on it."""
    cards = [
        card
        for each in KINDS
        for card in room.premises_in_force
        if card.kind is each and kind in (None, each)
    ]
    some, page, pages = page_of(cards, page)
    lines = [frame_line(room, say), ""] if page == 0 and kind is None else []
    lines += _by_kind(room, some, cards, say)
    if not cards:
        lines.append(say.say("bible.empty" if kind is None else "bible.empty_kind"))
    title = say.say("bible.title", title=quoted_line(room.brief.title, 150))
    embed = discord.Embed(title=title, description="\n".join(lines), colour=_COLOUR)
    if pages > 1:
        embed.set_footer(text=say.say("bible.page", page=page + 1, pages=pages))
    rows: tuple[Row, ...] = ()
    if some:
        options = [option_of(card, say) for card in some]
        rows = ([select(room, "card_chosen", placeholder=say.say("bible.choose"), options=options)],)
    turn = turning(say, room, "bible", page, pages, ANY if kind is None else kind.value)
    return Shown(embeds=(embed,), rows=(*rows, *turn))


def option_of(card: Premise, say: Words) -> SelectOption:
    """A card as an option of a select."""
    kind = say.say(f"kind.{card.kind}")
    return SelectOption(
        label=plain_line(" · ".join(filter(None, (str(card.id), kind, card.name))), 100),
        description=plain_line(card.text, 100),
        value=str(card.id),
    )


def card_view(room: Room, card: Premise, say: Words, viewer: MemberId) -> Shown:
    """A card as one person may see it, with the buttons for what they may do."""
    author = quoted_line(room.name_of(card.author), 60)
    head = say.say("card.head", number=card.id, kind=say.say(f"kind.{card.kind}"), author=author)
    lines = list(_beneath(room, card, say, viewer))
    text = quoted(card.text, MESSAGE_LIMIT - _ROOM_FOR_LINES - len(head) - 10)
    whole = "\n".join([f"**{head}**", *([f"**{quoted_line(card.name, 80)}**"] if card.name else []), text])
    rows = () if card.withdrawn else _rows(room, card, say, viewer)
    return Shown(text="\n".join([whole, *lines])[:MESSAGE_LIMIT], rows=rows)


def words_of(card: Premise, say: Words) -> str:
    """A card's words, after its name where they lack it."""
    if not card.name or card.name in card.text:
        return card.text
    return say.say("card.named", name=card.name, text=card.text)


def frame_view(room: Room, say: Words) -> Shown:
    """The frame of the story as a card."""
    lines = [f"**{FRAME} · {say.say('card.frame')}**", frame_of(room, say)]
    if room.frame.locked_by is not None:
        lines.append(say.say("card.is_locked", who=quoted_line(room.name_of(room.frame.locked_by), 60)))
    if versions := room.frame.versions:
        who = quoted_line(room.name_of(versions[-1].by), 60)
        lines.append(say.count("card.versions", len(versions) + 1, who=who))
    shut = room.status is not RoomStatus.OPEN
    row = [
        button(
            say,
            room,
            "card_edit",
            FRAME,
            style=ButtonStyle.primary,
            disabled=shut or room.frame.locked_by is not None,
        ),
        button(say, room, "card_history", FRAME),
        button(say, room, "bible", 0, ANY),
        _lock_button(room, FRAME, room.frame.locked_by, say, shut=shut),
    ]
    return Shown(text="\n".join(lines), rows=(row,))


def frame_line(room: Room, say: Words) -> str:
    """The frame as a line of the bible."""
    return say.say("bible.frame", frame=frame_of(room, say))


def frame_of(room: Room, say: Words) -> str:
    """Form, length, tone and rating in words."""
    brief = room.brief
    return say.say(
        "card.frame_tone",
        form=say.say(f"form.{brief.form}"),
        words=say.say("length.words", words=brief.words),
        tone=quoted_line(brief.tone, 120) if brief.tone else say.say("card.none"),
        rating=say.say(f"rating.{brief.rating}") if brief.rating else say.say("card.none"),
    )


def _by_kind(room: Room, some: Sequence[Premise], cards: Sequence[Premise], say: Words) -> Iterator[str]:
    for kind in KINDS:
        here = [card for card in some if card.kind is kind]
        if not here:
            continue
        total = sum(card.kind is kind for card in cards)
        yield f"**{say.count('bible.heading', total, kind=say.say(f'kind.{kind}'))}**"
        for card in here:
            marks = ("📌 " if card.pinned else "") + ("🔒 " if card.locked_by is not None else "")
            author = quoted_line(room.name_of(card.author), 30)
            title = clipped(" ".join(title_of(card).split()), _TITLE_COLUMNS)
            yield marks + say.say("bible.line", number=card.id, title=title, author=author)


def _beneath(room: Room, card: Premise, say: Words, viewer: MemberId) -> Iterator[str]:
    """What a card is besides its words, a line each."""
    if card.aliases:
        yield say.say("card.aliases", names=quoted_line(", ".join(card.aliases), _DETAIL_ROOM))
    for name, text in card.details.told() if card.details else ():
        yield say.say(_DETAILS[name], text=quoted_line(text, _DETAIL_ROOM))
    if card.secret and card.secret.seen_by(viewer):
        yield say.say("card.secret", text=quoted_line(card.secret.text, _SECRET_ROOM))
    if card.withdrawn:
        yield f"-# {say.say('card.is_withdrawn')}"
    if card.locked_by is not None:
        yield f"-# {say.say('card.is_locked', who=quoted_line(room.name_of(card.locked_by), 60))}"
    if card.pinned:
        key = "card.is_pinned_lore" if card.kind is Kind.LORE else "card.is_pinned"
        yield f"-# {say.say(key)}"
    elif card.kind is Kind.LORE:
        yield f"-# {say.say('card.is_lore')}"
    if card.open:
        yield f"-# {say.say('card.is_open')}"
    if len(card.versions) > 1:
        who = quoted_line(room.name_of(card.versions[-1].by), 60)
        yield f"-# {say.count('card.versions', len(card.versions), who=who)}"


def _rows(room: Room, card: Premise, say: Words, viewer: MemberId) -> tuple[list[Button[View]], ...]:
    shut = room.status is not RoomStatus.OPEN
    theirs = card.author == viewer
    locked = card.locked_by is not None
    first = [button(say, room, "card_history", card.id)]
    if theirs or (card.secret and card.secret.seen_by(viewer)):
        first.insert(0, button(say, room, "card_secret", card.id))
    if theirs or card.open:
        style = ButtonStyle.primary
        edit = button(say, room, "card_edit", card.id, style=style, disabled=shut or locked)
        first.insert(0, edit)
    first.append(button(say, room, "bible", 0, ANY))
    second = [
        button(say, room, "card_unpin" if card.pinned else "card_pin", card.id, disabled=shut),
        _lock_button(room, card.id, card.locked_by, say, shut=shut),
    ]
    if theirs:
        second += [
            button(say, room, "card_shut" if card.open else "card_open", card.id, disabled=shut),
            button(say, room, "card_delete", card.id, style=ButtonStyle.danger, disabled=shut or locked),
        ]
    return (first, second)


def _lock_button(
    room: Room, number: int, locked_by: MemberId | None, say: Words, *, shut: bool
) -> Button[View]:
    return button(say, room, "card_lock" if locked_by is None else "card_unlock", number, disabled=shut)
