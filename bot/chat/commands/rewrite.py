"""`/rewrite`: the current draft, in every way but by a note."""

from __future__ import annotations

from discord import Interaction
from discord import app_commands as app

from bot.chat.actions import works
from bot.chat.boundary import answer
from bot.chat.commands.suggesting import suggest_cards, suggest_of
from bot.chat.desk import Desk
from bot.chat.render.works import texts_of
from bot.chat.said import described, options, said
from bot.story.brief import Kind, Premise
from bot.story.room import Room
from bot.story.works import QUESTION_LIMIT, Work, WorkKind
from bot.words import Words

Number = app.Range[int, 1, 999]
Named = app.Range[int, 1, 99_999]
Idea = app.Range[str, 1, QUESTION_LIMIT]

_PLAIN = (WorkKind.SHORTER, WorkKind.LONGER, WorkKind.DARKER, WorkKind.FUNNIER, WorkKind.ENDINGS)


def is_person(card: Premise, person: str) -> bool:
    """Whether the card is a character, whoever asks."""
    del person
    return card.kind is Kind.CHARACTER


def rewrite_group(desk: Desk) -> app.Group:
    """The group with its commands."""
    key = "command.rewrite"
    group = app.Group(name=said(f"{key}.name"), description=said(f"{key}.description"), guild_only=True)
    _pieces(group, desk, key)
    for kind in _PLAIN:
        _plain(group, desk, key, kind)
    _with_others(group, desk, key)
    return group


def _pieces(group: app.Group, desk: Desk, key: str) -> None:
    @group.command(name=said(f"{key}.sentence.name"), description=said(f"{key}.sentence.description"))
    @app.rename(**options(f"{key}.sentence", "number"))
    @app.describe(**described(f"{key}.sentence", "number"))
    async def sentence(interaction: Interaction, number: Number | None = None) -> None:
        await answer(interaction, desk, lambda turn: works.piece(turn, WorkKind.SENTENCE, number))

    @group.command(name=said(f"{key}.onward.name"), description=said(f"{key}.onward.description"))
    @app.rename(**options(f"{key}.onward", "number"))
    @app.describe(**described(f"{key}.onward", "number"))
    async def onward(interaction: Interaction, number: Number | None = None) -> None:
        await answer(interaction, desk, lambda turn: works.piece(turn, WorkKind.ONWARD, number))


def _plain(group: app.Group, desk: Desk, key: str, kind: WorkKind) -> None:
    @group.command(name=said(f"{key}.{kind}.name"), description=said(f"{key}.{kind}.description"))
    async def rewrite(interaction: Interaction) -> None:
        await answer(interaction, desk, lambda turn: works.ask(turn, Work(kind=kind)))


def _with_others(group: app.Group, desk: Desk, key: str) -> None:
    @group.command(name=said(f"{key}.viewpoint.name"), description=said(f"{key}.viewpoint.description"))
    @app.rename(**options(f"{key}.viewpoint", "character"))
    @app.describe(**described(f"{key}.viewpoint", "character"))
    @app.autocomplete(character=suggest_cards(desk, is_person))
    async def viewpoint(interaction: Interaction, character: Named | None = None) -> None:
        await answer(interaction, desk, lambda turn: works.viewpoint(turn, character))

    @group.command(name=said(f"{key}.splice.name"), description=said(f"{key}.splice.description"))
    @app.rename(**options(f"{key}.splice", "second", "first"))
    @app.describe(**described(f"{key}.splice", "second", "first"))
    @app.autocomplete(second=suggest_of(desk, _texts), first=suggest_of(desk, _texts))
    async def splice(
        interaction: Interaction, second: Named | None = None, first: Named | None = None
    ) -> None:
        await answer(interaction, desk, lambda turn: works.splice(turn, second, first))

    @group.command(name=said(f"{key}.what_if.name"), description=said(f"{key}.what_if.description"))
    @app.rename(**options(f"{key}.what_if", "idea"))
    @app.describe(**described(f"{key}.what_if", "idea"))
    async def what_if(interaction: Interaction, idea: Idea | None = None) -> None:
        await answer(interaction, desk, lambda turn: works.what_if(turn, idea))


def _texts(room: Room, say: Words, person: str) -> list[tuple[str, int]]:
    """Drafts and takes, the newest last."""
    del person
    return list(reversed(texts_of(room, say)))
