"""`storyroom commands sync`: tell Discord the slash commands."""

from __future__ import annotations

import typer

from bot.commands.carrying_out import carry_out, settings_for
from bot.settings import Settings

commands = typer.Typer(help="The slash commands.", no_args_is_help=True)


@commands.command()
def sync() -> None:
    """Tell Discord the slash commands; needed once, and again after an update that changes them."""
    carry_out(_sync(settings_for()))


async def _sync(settings: Settings) -> None:
    from bot.app import build  # noqa: PLC0415 - discord.py takes a moment that --help need not

    async with build(settings) as app:
        await app.client.sign_in(settings.discord_token.get_secret_value())
        count = await app.client.sync(settings.discord_guild)
    typer.echo(f"Discord knows {count} commands now.")
