"""Prefix commands and a view whose button counts: edits of one message, as fast as somebody presses."""

import os

import discord
from discord.ext import commands

intents = discord.Intents.default()
intents.message_content = True
bot = commands.Bot(command_prefix=commands.when_mentioned_or("?"), intents=intents)


Button = discord.ui.Button[discord.ui.View]


class Counter(discord.ui.View):
    @discord.ui.button(label="0", style=discord.ButtonStyle.red)
    async def count(
        self, interaction: discord.Interaction, button: discord.ui.Button[discord.ui.View]
    ) -> None:
        number = int(button.label or "0") + 1
        if number >= 5:
            button.style = discord.ButtonStyle.green
            button.disabled = True
        button.label = str(number)
        await interaction.response.edit_message(view=self)


@bot.command()
async def counter(ctx: commands.Context[commands.Bot]) -> None:
    """Start a counter."""
    await ctx.send("Press!", view=Counter())


@bot.command()
async def add(ctx: commands.Context[commands.Bot], left: int, right: int) -> None:
    """Add two numbers."""
    await ctx.reply(str(left + right), mention_author=False)


@bot.command()
async def joined(ctx: commands.Context[commands.Bot], *, member: discord.Member) -> None:
    """Say when a member joined."""
    assert member.joined_at is not None
    await ctx.send(f"{member.display_name} joined at {discord.utils.format_dt(member.joined_at)}")


bot.run(os.environ["DISCORD_TOKEN"], log_handler=None)
