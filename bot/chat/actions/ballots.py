"""Opening ballots, voting on a sheet that nobody else sees, closing them, adopting what they chose."""

from __future__ import annotations

import re
from typing import Final

from bot.chat.live.notices import BALLOTS
from bot.chat.render.ballots import NO_PICKS, kept, shown_to, text_of
from bot.chat.render.ballots import sheet as drawn
from bot.chat.render.levels import draft_rows
from bot.chat.render.quoting import quoted_line, quoted_whole
from bot.chat.render.results import named, result_lines
from bot.chat.render.shown import MESSAGE_LIMIT, Shown
from bot.chat.render.tickets import answers_line
from bot.chat.turn import Refused, Turn
from bot.rooms import Outcome
from bot.story.ballots.ballot import CANDIDATES_LIMIT, Adoption, Ballot, Rest, Sheet
from bot.story.commands import AdoptFromBallot, CastVote, CloseBallot, OpenBallot
from bot.story.decide.room import closed
from bot.story.events import BallotSettled, RunnerUpKept
from bot.story.refusals import (
    BallotIsClosed,
    BallotIsOpen,
    NoBallotYet,
    NoSuchBallot,
    NotASheet,
    NothingToChooseFrom,
    OnlyOthersTexts,
)
from bot.story.room import Room
from bot.words import words

_MINUTE: Final = 60_000  # ms
_PICKS: Final = re.compile(r"-|[0-4]{1,5}")


async def open_ballot(
    turn: Turn,
    *,
    round_number: int | None = None,
    drafts: str = "",
    quorum: int | None = None,
    minutes: int | None = None,
    adoption: Adoption = Adoption.BY_HAND,
) -> None:
    """Open a ballot on the drafts named in a text, on a round's takes, or on the newest round's."""
    numbers = tuple(int(each) for each in re.findall(r"\d{1,6}", drafts))
    if drafts.strip() and not numbers:
        raise Refused(NothingToChooseFrom(limit=CANDIDATES_LIMIT))
    at = turn.at
    outcome = await turn.act(
        OpenBallot(
            at=at,
            by=turn.person,
            leads=turn.leads,
            round=round_number,
            drafts=numbers,
            quorum=quorum,
            deadline=None if minutes is None else at + minutes * _MINUTE,
            seed=turn.desk.seed(),
            adoption=adoption,
        )
    )
    room = outcome.room
    if room is None or not outcome.events:
        return await turn.reply.silent()
    number = len(room.ballots)
    for each in reversed(room.ballots):  # others may have opened one since
        if each.opened_by == turn.person.id:
            number = each.number
            break
    if turn.interaction.message is not None:
        await turn.reply.silent()
    else:
        await turn.reply.private(Shown(text=turn.words.say("ballot.asked", ballot=number)))
    turn.desk.boards.refresh(room)
    room = await turn.desk.notices.ask(BALLOTS, room, number)
    return await _draw_round(turn, room, number)


async def vote(turn: Turn, *, ballot: int | None = None) -> None:
    """Show a person their vote, or their empty sheet."""
    room = await turn.room()
    one = _votable(room, ballot)
    said = await turn.desk.rooms.vote_of(room.id, one.number, turn.person.id)
    if said is not None:
        await turn.reply.private(kept(room, one, said, turn.words))
    else:
        await turn.reply.private(_sheet(turn, room, one, ()))


async def afresh(turn: Turn, *, ballot: int) -> None:
    """Show an empty sheet where the person's own stood."""
    room = await turn.room()
    await turn.reply.in_place(_sheet(turn, room, _votable(room, ballot), ()))


async def pick(turn: Turn, *, ballot: int, picks: str, candidate: int) -> None:
    """Take the next pick, and ask on, or cast the vote where only one is left."""
    room = await turn.room()
    one = _votable(room, ballot)
    order = (*picked(picks), candidate)
    shown = shown_to(room, one, turn.person.id)
    if len(set(order)) < len(order) or not set(order) <= set(shown):
        raise Refused(NotASheet())
    left = [each for each in shown if each not in order]
    if len(left) < 2:  # noqa: PLR2004 - the last one needs no question
        return await _cast(turn, one.number, Sheet(order=order))
    return await turn.reply.in_place(_sheet(turn, room, one, order))


async def done(turn: Turn, *, ballot: int, picks: str, rest: Rest) -> None:
    """Cast the vote as it stands, with what the person says of the rest."""
    await _cast(turn, ballot, Sheet(order=picked(picks), rest=rest))


async def close(turn: Turn, *, ballot: int | None = None) -> None:
    """Close a ballot and tell the room its result."""
    number = ballot if ballot is not None else _open_one(await turn.room(), None).number
    outcome = await turn.act(CloseBallot(at=turn.at, by=turn.person, leads=turn.leads, ballot=number))
    await turn.reply.silent()
    await _told(turn, outcome, number)


async def results(turn: Turn, *, ballot: int | None = None) -> None:
    """Show a closed ballot's result, to the person alone."""
    room = await turn.room()
    one = _one(room, ballot, is_open=False)
    if one.is_open:
        raise Refused(BallotIsOpen(ballot=one.number))
    await turn.reply.private(Shown(text="\n".join(result_lines(room, one, turn.words))))


async def read(turn: Turn, *, ballot: int) -> None:
    """Show the texts of a sheet whole, under their signs, to the person alone."""
    room = await turn.room()
    one = _one(room, ballot)
    for candidate in shown_to(room, one, turn.person.id):
        head = f"**{one.mark(candidate)}**\n"
        for piece in quoted_whole(text_of(room, one, candidate), MESSAGE_LIMIT - len(head)):
            await turn.reply.private(Shown(text=head + piece))
            head = ""


async def adopt(turn: Turn, *, ballot: int, candidate: int) -> None:
    """Adopt a candidate; the runner-up is kept as a branch."""
    outcome = await turn.act(
        AdoptFromBallot(at=turn.at, by=turn.person, leads=turn.leads, ballot=ballot, candidate=candidate)
    )
    room = outcome.room
    settling = next((each for each in outcome.events if isinstance(each, BallotSettled)), None)
    if room is None or settling is None:
        return await turn.reply.silent()
    say = words(room.brief.language)
    branch = next((each.draft for each in outcome.events if isinstance(each, RunnerUpKept)), None)
    text = say.say(
        "ballot.adopted" if branch is None else "ballot.adopted_branch",
        who=quoted_line(turn.person.name, 60),
        name=named(room.ballots[ballot - 1].candidates[candidate], say),
        ballot=ballot,
        draft=settling.draft,
        branch=branch,
    )
    text = say.say("document.space").join(filter(None, (text, answers_line(room, settling.draft, say))))
    rows = draft_rows(room, room.drafts[settling.draft - 1], say)
    await turn.reply.public(Shown(text=text, rows=rows))
    return await settled(turn, outcome)


async def settled(turn: Turn, outcome: Outcome) -> None:
    """Draw everything again that shows what was adopted out of a ballot, if something was."""
    room = outcome.room
    numbers = [each.ballot for each in outcome.events if isinstance(each, BallotSettled)]
    if room is None or not numbers:
        return
    turn.desk.boards.refresh(room)
    for number in numbers:
        await turn.desk.notices.refresh(BALLOTS, room, number)
        await _draw_round(turn, room, number)


def picked(picks: str) -> tuple[int, ...]:
    """The picks in an argument of a custom id.

    Raises:
        ValueError: they cannot be read.

    """
    if not _PICKS.fullmatch(picks):
        raise ValueError(f"no picks: {picks!r}")
    return () if picks == NO_PICKS else tuple(int(each) for each in picks)


async def _cast(turn: Turn, ballot: int, sheet: Sheet) -> None:
    outcome = await turn.act(
        CastVote(at=turn.at, by=turn.person, leads=turn.leads, ballot=ballot, sheet=sheet)
    )
    room = outcome.room
    one = room.ballot(ballot) if room else None
    if room is None or one is None:
        return
    whole = _whole(room, one, turn.person.id, sheet)
    await turn.reply.in_place(kept(room, one, whole, turn.words))
    if not one.is_open:
        await _told(turn, outcome, ballot)


async def _told(turn: Turn, outcome: Outcome, ballot: int) -> None:
    """Tell the room how a ballot ended."""
    room = outcome.room
    if room is None:
        return
    turn.desk.boards.refresh(room)
    room = await turn.desk.notices.tell(BALLOTS, room, ballot)
    await _draw_round(turn, room, ballot)


async def _draw_round(turn: Turn, room: Room, ballot: int) -> None:
    """Draw again what follows a ballot with its buttons: its round, and earlier results on that."""
    if (one := room.ballots[ballot - 1].round) is not None:
        await turn.desk.rounds.refresh(room, one)
        for each in room.ballots[: ballot - 1]:
            if each.round == one and each.told is not None:
                await turn.desk.notices.refresh(BALLOTS, room, each.number)


def _sheet(turn: Turn, room: Room, ballot: Ballot, picks: tuple[int, ...]) -> Shown:
    if len(shown_to(room, ballot, turn.person.id)) < 2:  # noqa: PLR2004 - nothing to compare
        raise Refused(OnlyOthersTexts())
    return drawn(room, ballot, turn.person.id, picks, turn.words)


def _whole(room: Room, ballot: Ballot, member: str, sheet: Sheet) -> Sheet:
    """A sheet with the last candidate where it is the only one left."""
    left = [each for each in shown_to(room, ballot, member) if each not in sheet.order]
    return sheet.model_copy(update={"order": (*sheet.order, *left)}) if len(left) == 1 else sheet


def _votable(room: Room, number: int | None) -> Ballot:
    if refusal := closed(room):
        raise Refused(refusal)
    return _open_one(room, number)


def _open_one(room: Room, number: int | None) -> Ballot:
    ballot = _one(room, number, is_open=True)
    if not ballot.is_open:
        raise Refused(BallotIsClosed(ballot=ballot.number))
    return ballot


def _one(room: Room, number: int | None, *, is_open: bool | None = None) -> Ballot:
    """The ballot of that number, or the newest one that is open or closed."""
    if number is not None:
        ballot = room.ballot(number)
        if ballot is None:
            raise Refused(NoSuchBallot(ballot=number))
        return ballot
    newest = next((each for each in reversed(room.ballots) if is_open in (None, each.is_open)), None)
    if newest is None:
        raise Refused(NoBallotYet())
    return newest
