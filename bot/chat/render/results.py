"""The result of a ballot in words: what the votes can tell, and what they cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from discord import ButtonStyle
from discord.ui import Button, View

from bot.chat.render.components import button
from bot.chat.render.quoting import quoted_line
from bot.chat.render.shown import Shown
from bot.story.ballots.ballot import Adoption, Ballot, Candidate, Closing
from bot.story.ballots.result import Result, Standing
from bot.story.decide.outcome import draft_of
from bot.story.room import Preset, Room, RoomStatus
from bot.story.rounds import LETTERS
from bot.words import Words, words

_NAMES: Final = 20  # of voters, before the rest is counted
_FAIR, _STRONG = 0.4, 0.75  # Fleiss' own bounds (1981): poor below the one, excellent above the other


def result_message(room: Room, number: int) -> Shown:
    """The message that tells a closed ballot's result, with a button for each text that may be the best."""
    say = words(room.brief.language)
    ballot = room.ballots[number - 1]
    return Shown(
        text="\n".join([*result_lines(room, ballot, say), *_next(room, ballot, say)]),
        rows=_rows(room, ballot, say),
    )


def result_lines(room: Room, ballot: Ballot, say: Words) -> list[str]:
    """A closed ballot's result, a line each."""
    result = ballot.result
    lines = [_how_closed(ballot, say), f"**{headline(ballot, say)}**"]
    if result is None or not result.votes:
        return lines
    if not result.all_equal:
        lines += [_standing(ballot, place, each, say) for place, each in enumerate(result.standings, 1)]
        lines += _lost_all(ballot, result, say)
    if 0 < result.poor < result.votes:
        lines.append(say.count("ballot.poor", result.poor))
    if result.unfinished:
        lines.append(say.count("ballot.unfinished", result.unfinished))
    if result.kappa is not None:
        lines.append(say.say(_agreement(result.kappa), kappa=f"{result.kappa:.2f}"))
    lines.append(_voters(room, ballot, say))
    return lines


def headline(ballot: Ballot, say: Words) -> str:
    """What a closed ballot came to, in one sentence."""
    result = ballot.result
    if result is None or not result.votes:
        return say.say("ballot.result.nobody")
    if result.poor == result.votes:
        return say.count("ballot.result.poor", result.votes)
    if result.all_equal:
        return say.count("ballot.result.equal", result.votes)
    if result.leader is None:
        return say.count("ballot.result.level", result.votes, best=_names(ballot, result.level, say))
    return _of_a_leader(ballot, result, result.leader, say)


def _of_a_leader(ballot: Ballot, result: Result, leader: int, say: Words) -> str:
    """What the votes say of the one who is ahead, by however little."""
    best = _names(ballot, [leader], say)
    if result.votes == 1:
        return say.say("ballot.result.single", best=best)
    others = [each for each in result.contenders if each != leader]
    few = "ballot.result.some" if result.apart else "ballot.result.close"
    return say.count(
        "ballot.result.told" if result.is_told else few,
        result.votes,
        best=best,
        beaten=_names(ballot, result.apart, say),
        others=_names(ballot, others, say),
    )


def _how_closed(ballot: Ballot, say: Words) -> str:
    """That a ballot is closed, and why."""
    match ballot.closing:
        case Closing.QUORUM:
            return say.say("ballot.closed_quorum", ballot=ballot.number)
        case Closing.DEADLINE:
            return say.say("ballot.closed_deadline", ballot=ballot.number)
    return say.say("ballot.closed", ballot=ballot.number)


def named(candidate: Candidate, say: Words) -> str:
    """How people name a candidate."""
    if candidate.draft is not None:
        return say.say("ballot.draft", draft=candidate.draft)
    return say.say("ballot.take", letter=LETTERS[candidate.take or 0])


def _names(ballot: Ballot, candidates: Iterable[int], say: Words) -> str:
    *names, last = [named(ballot.candidates[each], say) for each in candidates] or [""]
    return say.say("ballot.listed", names=say.say("document.comma").join(names), last=last) if names else last


def _standing(ballot: Ballot, place: int, standing: Standing, say: Words) -> str:
    return say.say(
        "ballot.standing",
        place=place,
        mark=ballot.mark(standing.candidate),
        name=named(ballot.candidates[standing.candidate], say),
        share=round(100 * standing.share),
        low=round(100 * standing.low),
        high=round(100 * standing.high),
    )


def _lost_all(ballot: Ballot, result: Result, say: Words) -> Iterator[str]:
    """The candidates that nobody preferred to anything, though each other was preferred to them."""
    every = range(len(ballot.candidates))
    pairs = {one: [result.pair(one, two) for two in every if two != one] for one in every}
    lost = [one for one in every if all(not each.for_one and each.for_two for each in pairs[one])]
    if lost and result.votes > 1:
        yield say.say("ballot.lost_all", name=_names(ballot, lost, say))


def _agreement(kappa: float) -> str:
    if kappa < 0:
        return "ballot.agreement.below"
    if kappa < _FAIR:
        return "ballot.agreement.slight"
    return "ballot.agreement.fair" if kappa <= _STRONG else "ballot.agreement.strong"


def _voters(room: Room, ballot: Ballot, say: Words) -> str:
    """Who voted, where a room names people; how many, where it does not."""
    if room.preset is not Preset.WRITERS:
        return say.count("ballot.voters", len(ballot.voted))
    names = [quoted_line(room.name_of(each), 40) for each in ballot.voted[:_NAMES]]
    if more := len(ballot.voted) - len(names):
        names.append(say.count("ballot.more_voters", more))
    return say.say("ballot.voted", names=say.say("document.comma").join(names))


def _next(room: Room, ballot: Ballot, say: Words) -> Iterator[str]:
    """What became of it, or what is to be done."""
    if ballot.adopted is not None:
        chosen = ballot.candidates[ballot.adopted]
        draft = draft_of(room, ballot, chosen)
        by_itself = ballot.adoption is Adoption.AT_ONCE and ballot.result and ballot.result.is_told
        yield say.say(
            "ballot.by_itself" if by_itself else "ballot.settled",
            name=named(chosen, say),
            draft=draft.number if draft else 0,
        )
    elif _can_adopt(room, ballot):
        yield say.say("ballot.choose")


def _rows(room: Room, ballot: Ballot, say: Words) -> tuple[list[Button[View]], ...]:
    if not _can_adopt(room, ballot) or ballot.result is None:
        return ()
    row = []
    for each in ballot.result.contenders:
        label = say.say("button.ballot_adopt", name=named(ballot.candidates[each], say))
        style = ButtonStyle.primary if each == ballot.result.leader else ButtonStyle.secondary
        row.append(button(say, room, "ballot_adopt", ballot.number, each, label=label, style=style))
    return (row,)


def _can_adopt(room: Room, ballot: Ballot) -> bool:
    result = ballot.result
    is_wanted = result is not None and result.votes > result.poor
    if ballot.adopted is not None or _is_followed(room, ballot) or room.status is not RoomStatus.OPEN:
        return False
    return is_wanted


def _is_followed(room: Room, ballot: Ballot) -> bool:
    """Whether a later ballot on the same round decides in its place."""
    later = room.ballots[ballot.number :]
    return ballot.round is not None and any(each.round == ballot.round for each in later)
