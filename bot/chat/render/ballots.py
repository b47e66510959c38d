"""Ballots on screen: the message for all, and the sheet that its voter alone sees, one question at a time.

A sheet keeps its picks in the custom ids of its buttons: nothing of a vote is stored before it is whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import discord
from discord import ButtonStyle
from discord.ui import Button, View

from bot.chat.render.components import button
from bot.chat.render.quoting import quoted, quoted_line
from bot.chat.render.results import named
from bot.chat.render.shown import Row, Shown
from bot.story.ballots.ballot import Adoption, Ballot, Rest, Sheet
from bot.story.decide.outcome import own_candidates
from bot.story.model import MemberId
from bot.story.room import Room
from bot.words import Words, words

NO_PICKS: Final = "-"  # an argument of a custom id cannot be empty
_TEXTS_ROOM: Final = 5200  # characters for all texts of a sheet: embeds may have 6,000 with their titles
_TEXT_ROOM: Final = 3800
_BEFORE: Final = " › "


def ballot_message(room: Room, number: int) -> Shown:
    """The message of a ballot, open or closed."""
    say = words(room.brief.language)
    ballot = room.ballots[number - 1]
    if not ballot.is_open:
        return Shown(text=f"**{_name(ballot, say)}**\n{say.say('ballot.over')}")
    lines = [f"**{question(ballot, say)}**"]
    if ballot.round is None:
        names = say.say("document.comma").join(named(each, say) for each in ballot.candidates)
        lines.append(say.say("ballot.candidates", names=names))
    lines += [
        say.say("ballot.blind", who=quoted_line(room.name_of(ballot.opened_by), 60)),
        _ends(ballot, say),
    ]
    if ballot.adoption is Adoption.AT_ONCE:
        lines.append(say.say("ballot.at_once"))
    row = [
        button(say, room, "ballot_vote", number, style=ButtonStyle.primary),
        button(say, room, "ballot_close", number),
    ]
    return Shown(text="\n".join(lines), rows=(row,))


def question(ballot: Ballot, say: Words) -> str:
    """What is asked."""
    if ballot.round is None:
        return say.say("ballot.on_drafts", ballot=ballot.number)
    return say.say("ballot.on_round", ballot=ballot.number, round=ballot.round)


def shown_to(room: Room, ballot: Ballot, member: MemberId) -> tuple[int, ...]:
    """The candidates that a voter is shown, in the order that is theirs."""
    hidden = own_candidates(room, ballot, member)
    return tuple(each for each in ballot.order_for(member) if each not in hidden)


def sheet(room: Room, ballot: Ballot, member: MemberId, picks: Sequence[int], say: Words) -> Shown:
    """The next question on a voter's sheet, with the texts that are left to choose from."""
    shown = shown_to(room, ballot, member)
    left = [each for each in shown if each not in picks]
    lines = [f"**{_name(ballot, say)}**"]
    if picks:
        order = _BEFORE.join(ballot.mark(each) for each in picks)
        lines += [say.say("ballot.next", order=order), f"-# {say.say('ballot.not_yet')}"]
    else:
        hidden = len(shown) < len(ballot.candidates)
        lines.append(say.say("ballot.about") + (f" {say.say('ballot.own_hidden')}" if hidden else ""))
        lines.append(say.say("ballot.first"))
    space = min(_TEXT_ROOM, _TEXTS_ROOM // len(left))
    texts = {each: text_of(room, ballot, each) for each in left}
    more = say.say("round.clipped")
    embeds = [
        discord.Embed(title=ballot.mark(each), description=quoted(text, space, more=more))
        for each, text in texts.items()
    ]
    is_clipped = any(len(quoted(text, 20_000)) > space for text in texts.values())
    return Shown(
        text="\n".join(lines),
        embeds=tuple(embeds),
        rows=_rows(room, ballot, left, picks, say, is_clipped=is_clipped),
    )


def kept(room: Room, ballot: Ballot, said: Sheet, say: Words) -> Shown:
    """What a voter is told of the vote they cast, with the button to change it while that can be done."""
    key = "ballot.kept" if ballot.is_open else "ballot.counted"
    text = say.say(key, order=_order(ballot, said, say))
    if not ballot.is_open:
        return Shown(text=text)
    return Shown(text=text, rows=([button(say, room, "ballot_change", ballot.number)],))


def text_of(room: Room, ballot: Ballot, candidate: int) -> str:
    """The text of a candidate."""
    chosen = ballot.candidates[candidate]
    if draft := room.draft(chosen.draft):
        return room.text_of(draft)
    one = room.round(ballot.round or 0)
    take = one.take(chosen.take) if one and chosen.take is not None else None
    return take.text if take else ""


def _name(ballot: Ballot, say: Words) -> str:
    if ballot.round is None:
        return say.say("ballot.option_drafts", ballot=ballot.number)
    return say.say("ballot.option", ballot=ballot.number, round=ballot.round)


def _ends(ballot: Ballot, say: Words) -> str:
    when = f"<t:{(ballot.deadline or 0) // 1000}:R>"
    if ballot.quorum is not None and ballot.deadline is not None:
        return say.say("ballot.ends_at_either", when=when, quorum=ballot.quorum)
    if ballot.quorum is not None:
        return say.say("ballot.ends_at_quorum", quorum=ballot.quorum)
    if ballot.deadline is not None:
        return say.say("ballot.ends_at_deadline", when=when)
    return say.say("ballot.ends_by_hand")


def _rows(
    room: Room,
    ballot: Ballot,
    left: Sequence[int],
    picks: Sequence[int],
    say: Words,
    *,
    is_clipped: bool,
) -> tuple[Row, ...]:
    so_far = "".join(map(str, picks)) or NO_PICKS

    def done(label: str, rest: Rest) -> Button[View]:
        return button(say, room, "ballot_done", ballot.number, so_far, rest, label=say.say(f"button.{label}"))

    choices = [
        button(
            say,
            room,
            "ballot_pick",
            ballot.number,
            so_far,
            each,
            label=ballot.mark(each),
            style=ButtonStyle.primary,
        )
        for each in left
    ]
    if picks:
        others = [done("ballot_enough", Rest.UNSAID), button(say, room, "ballot_afresh", ballot.number)]
    elif len(left) == 2:  # noqa: PLR2004 - a pair: this one, that one, both, neither
        others = [done("ballot_both", Rest.EQUAL), done("ballot_neither", Rest.POOR)]
    else:
        others = [done("ballot_equal", Rest.EQUAL), done("ballot_none", Rest.POOR)]
    if is_clipped:
        others.append(button(say, room, "ballot_read", ballot.number))
    return (choices, others)


def _order(ballot: Ballot, said: Sheet, say: Words) -> str:
    if said.order:
        return _BEFORE.join(ballot.mark(each) for each in said.order)
    return say.say("ballot.none_good" if said.rest is Rest.POOR else "ballot.all_equal")
