"""What a bot can put in front of a person beyond bot.py: Components V2, every select, a modal of every part.

It joins the page's bot as an extension would, so that one connection serves all of the page's tests.
"""

from __future__ import annotations

import zlib
from typing import Any

import discord
from discord import app_commands, ui

from tests.bot.local_discord.page.bot import PageBot

__all__ = ["PICTURE", "Layout", "Selects", "join"]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def _picture(width: int = 160, height: int = 100) -> bytes:
    """A PNG of a blue that gets darker downwards."""
    rows = b"".join(b"\0" + bytes((20, 90, 240 - row)) * width for row in range(height))
    head = width.to_bytes(4) + height.to_bytes(4) + bytes((8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


PICTURE = _picture()


async def join(bot: PageBot) -> None:
    """Add the commands, and register them; once, since the modules of tests share the bot."""
    if bot.tree.get_command("paperwork") is not None:
        return
    for command in (paperwork, deliver, mix):
        bot.tree.command()(command)
    bot.tree.context_menu(name="Who is this")(who_is_this)
    await bot.tree.sync()


class Layout(ui.LayoutView):
    """Every block of Components V2, buttons at each depth."""

    def __init__(self, *, accent: int = 0x5865F2, spoiler: bool = False) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.TextDisplay("## The Lighthouse\nA keeper hears the **sea** answer."))
        self.box: ui.Container[Layout] = ui.Container(
            ui.Section(
                "A line beside a button",
                "-# and a small one",
                accessory=Pressed(label="Inside", custom_id="inside"),
            ),
            ui.Separator(spacing=discord.SeparatorSpacing.large),
            ui.Section("A line beside a picture", accessory=ui.Thumbnail("attachment://sea.png")),
            ui.MediaGallery(
                discord.MediaGalleryItem("attachment://sea.png", description="The sea"),
                discord.MediaGalleryItem("https://example.org/far.png", description="Far away"),
                discord.MediaGalleryItem("attachment://sea.png", spoiler=True),
            ),
            ui.Separator(visible=False),
            ui.File("attachment://story.md"),
            ui.ActionRow(
                Pressed(label="Blurple", custom_id="blurple", style=discord.ButtonStyle.primary),
                Pressed(label="Green", custom_id="green", style=discord.ButtonStyle.success, emoji="🎬"),
                Pressed(label="Red", custom_id="red", style=discord.ButtonStyle.danger),
                Pressed(label="Gone", custom_id="gone", style=discord.ButtonStyle.danger, disabled=True),
                Pressed(label="Off", custom_id="off", style=discord.ButtonStyle.primary, disabled=True),
            ),
            accent_colour=accent,
            spoiler=spoiler,
        )
        self.add_item(self.box)
        row: ui.ActionRow[Layout] = ui.ActionRow()
        row.add_item(ui.Button(label="Read more", url="https://example.org/"))
        self.add_item(row)


class Pressed(ui.Button[Any]):
    """Says which it was, to the one who pressed."""

    async def callback(self, interaction: discord.Interaction) -> None:
        """Answer."""
        await interaction.response.send_message(f"Pressed {self.custom_id}", ephemeral=True)


class Selects(ui.View):
    """One select of each kind."""

    def __init__(self, default: discord.Object) -> None:
        super().__init__(timeout=None)
        options = [discord.SelectOption(label=name, emoji="🎞️") for name in ("Film", "Series", "Short")]
        self.add_item(
            Said(
                custom_id="forms",
                options=options,
                min_values=2,
                max_values=3,
                placeholder="Two or three forms",
            )
        )
        self.add_item(_told(ui.UserSelect(custom_id="who", placeholder="A person", default_values=[default])))
        self.add_item(_told(ui.RoleSelect(custom_id="role", placeholder="A role")))
        self.add_item(
            _told(ui.MentionableSelect(custom_id="any", placeholder="A person or role", max_values=2))
        )
        self.add_item(
            _told(
                ui.ChannelSelect(
                    custom_id="where", placeholder="A forum", channel_types=[discord.ChannelType.forum]
                )
            )
        )


class Said(ui.Select[Any]):
    """Says what was chosen."""

    async def callback(self, interaction: discord.Interaction) -> None:
        """Answer."""
        await interaction.response.send_message(f"Chose {', '.join(self.values)}", ephemeral=True)


def _told(select: Any) -> Any:
    async def callback(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Chose {', '.join(map(str, select.values))}", ephemeral=True)

    select.callback = callback
    return select


class Paperwork(ui.Modal, title="Paperwork"):
    """A modal of every part."""

    intro: ui.TextDisplay[Any] = ui.TextDisplay("Fill in **everything** you know.")
    script: ui.Label[Paperwork] = ui.Label(
        text="Script",
        description="Up to two files",
        component=ui.FileUpload(custom_id="script", min_values=1, max_values=2),
    )
    form: ui.Label[Paperwork] = ui.Label(
        text="Form",
        component=ui.RadioGroup(
            custom_id="form",
            options=[
                discord.RadioGroupOption(label="Film", value="film"),
                discord.RadioGroupOption(label="Series", value="series"),
            ],
        ),
    )
    tones: ui.Label[Paperwork] = ui.Label(
        text="Tones",
        component=ui.CheckboxGroup(
            custom_id="tones",
            min_values=1,
            max_values=2,
            options=[
                discord.CheckboxGroupOption(label=name.title(), value=name)
                for name in ("dark", "dry", "warm")
            ],
        ),
    )
    agreed: ui.Label[Paperwork] = ui.Label(text="I wrote this", component=ui.Checkbox(custom_id="agreed"))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Repeat it."""
        parts: list[Any] = [label.component for label in (self.script, self.form, self.tones, self.agreed)]
        files, form, tones, agreed = parts
        names = ", ".join(file.filename for file in files.values)
        await interaction.response.send_message(
            f"{names} / {form.value} / {', '.join(tones.values)} / {agreed.value}"
        )


async def paperwork(interaction: discord.Interaction) -> None:
    """Show the modal of every part."""
    await interaction.response.send_modal(Paperwork())


async def deliver(
    interaction: discord.Interaction, script: discord.Attachment, note: str | None = None
) -> None:
    """Hand in a file."""
    text = (await script.read()).decode()
    await interaction.response.send_message(f"{script.filename}: {text} / {note}")


async def mix(
    interaction: discord.Interaction,
    whom: discord.Member | discord.Role | None = None,
    where: discord.TextChannel | None = None,
    share: app_commands.Range[float, 0.0, 1.0] | None = None,
) -> None:
    """Take options that need not be given."""
    await interaction.response.send_message(f"{whom} / {where} / {share}")


async def who_is_this(interaction: discord.Interaction, user: discord.Member) -> None:
    """Say whose menu it was."""
    await interaction.response.send_message(f"This is {user.display_name}", ephemeral=True)
