"""`/synopsis`: ask for takes, with the dials for those who want them."""

from __future__ import annotations

from discord import Interaction
from discord import app_commands as app

from bot.chat.actions import rounds
from bot.chat.boundary import answer
from bot.chat.desk import Desk
from bot.chat.said import choices, described, options, said
from bot.story.rounds import DIAL_RANGES, SEED_LIMIT, TAKES_LIMIT, Dial, DialPreset

Takes = app.Range[int, 1, TAKES_LIMIT]
Temperature = app.Range[float, DIAL_RANGES[Dial.TEMPERATURE][0], DIAL_RANGES[Dial.TEMPERATURE][1]]
TopK = app.Range[int, int(DIAL_RANGES[Dial.TOP_K][0]), int(DIAL_RANGES[Dial.TOP_K][1])]
TopP = app.Range[float, DIAL_RANGES[Dial.TOP_P][0], DIAL_RANGES[Dial.TOP_P][1]]
Seed = app.Range[int, 0, SEED_LIMIT]
_OPTIONS = ("takes", "preset", "temperature", "top_k", "top_p", "seed")


def synopsis_command(desk: Desk) -> app.Command[app.Group, ..., None]:
    """The command."""
    key = "command.synopsis"

    @app.command(name=said(f"{key}.name"), description=said(f"{key}.description"))
    @app.guild_only()
    @app.rename(**options(key, *_OPTIONS))
    @app.describe(**described(key, *_OPTIONS))
    @app.choices(preset=choices("dials", [*DialPreset]))
    async def synopsis(
        interaction: Interaction,
        *,
        takes: Takes | None = None,
        preset: str | None = None,
        temperature: Temperature | None = None,
        top_k: TopK | None = None,
        top_p: TopP | None = None,
        seed: Seed | None = None,
    ) -> None:
        await answer(
            interaction,
            desk,
            lambda turn: rounds.ask(
                turn,
                takes=takes,
                preset=DialPreset(preset) if preset else None,
                temperature=temperature,
                top_k=top_k,
                top_p=top_p,
                seed=seed,
            ),
        )

    return synopsis
