"""`/ballot`: open, vote, close, results."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from discord import Interaction
from discord import app_commands as app

from bot.chat.actions import ballots
from bot.chat.boundary import answer
from bot.chat.commands.suggesting import Named, Suggest, suggest_of
from bot.chat.desk import Desk
from bot.chat.said import choices, described, options, said
from bot.chat.turn import Turn
from bot.story.ballots.ballot import MINUTES_LIMIT, QUORUM_LIMIT, Adoption
from bot.story.room import Room
from bot.story.rounds import ROUNDS_LIMIT
from bot.words import Words

_OPTIONS = ("round", "drafts", "quorum", "hours", "minutes", "adopt")

Number = app.Range[int, 1, 9999]
Round = app.Range[int, 1, ROUNDS_LIMIT]
Quorum = app.Range[int, 1, QUORUM_LIMIT]
Hours = app.Range[int, 1, MINUTES_LIMIT // 60]
Minutes = app.Range[int, 1, MINUTES_LIMIT]


def ballot_group(desk: Desk) -> app.Group:
    """The group with its commands."""
    group = app.Group(
        name=said("command.ballot.name"), description=said("command.ballot.description"), guild_only=True
    )
    key = "command.ballot.open"

    @group.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.rename(**options(key, *_OPTIONS))
    @app.describe(**described(key, *_OPTIONS))
    @app.choices(adopt=choices("adoption", [*Adoption]))
    async def open(  # noqa: A001 - the command's name
        interaction: Interaction,
        *,
        round: Round | None = None,  # noqa: A002 - the option's name
        drafts: app.Range[str, 1, 60] | None = None,
        quorum: Quorum | None = None,
        hours: Hours | None = None,
        minutes: Minutes | None = None,
        adopt: str = Adoption.BY_HAND.value,
    ) -> None:
        given = None if hours is None and minutes is None else 60 * (hours or 0) + (minutes or 0)
        await answer(
            interaction,
            desk,
            lambda turn: ballots.open_ballot(
                turn,
                round_number=round,
                drafts=drafts or "",
                quorum=quorum,
                minutes=given,
                adoption=Adoption(adopt),
            ),
        )

    some: tuple[tuple[str, bool, Callable[[Turn, int | None], Awaitable[None]]], ...] = (
        ("vote", True, lambda turn, number: ballots.vote(turn, ballot=number)),
        ("close", True, lambda turn, number: ballots.close(turn, ballot=number)),
        ("results", False, lambda turn, number: ballots.results(turn, ballot=number)),
    )
    for name, is_open, act in some:
        suggest = suggest_of(desk, _ballots(is_open=is_open))
        group.add_command(_on_one_ballot(desk, f"command.ballot.{name}", suggest, act))
    return group


def _on_one_ballot(
    desk: Desk, key: str, suggest: Suggest, act: Callable[[Turn, int | None], Awaitable[None]]
) -> app.Command[app.Group, ..., None]:
    @app.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.rename(**options(key, "ballot"))
    @app.describe(**described(key, "ballot"))
    @app.autocomplete(ballot=suggest)
    async def command(interaction: Interaction, ballot: Number | None = None) -> None:
        await answer(interaction, desk, lambda turn: act(turn, ballot))

    return command


def _ballots(*, is_open: bool) -> Named:
    def named(room: Room, say: Words, person: str) -> list[tuple[str, int]]:
        del person
        return [
            (
                say.say("ballot.option_drafts", ballot=each.number)
                if each.round is None
                else say.say("ballot.option", ballot=each.number, round=each.round),
                each.number,
            )
            for each in room.ballots
            if each.is_open == is_open
        ]

    return named
