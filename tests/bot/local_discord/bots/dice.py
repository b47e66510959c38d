"""The same wire read by another client library, hikari: a command that defers, a button, what is posted."""

import os

import hikari

bot = hikari.GatewayBot(
    os.environ["DISCORD_TOKEN"],
    rest_url=f"{os.environ['DISCORD_URL']}/api/v10",
    banner=None,
    logs="ERROR",
    suppress_optimization_warning=True,
    intents=hikari.Intents.ALL_UNPRIVILEGED,
)


@bot.listen()
async def started(_event: hikari.StartedEvent) -> None:
    roll = bot.rest.slash_command_builder("roll", "Roll a die")
    roll.add_option(
        hikari.CommandOption(
            type=hikari.OptionType.INTEGER, name="sides", description="Sides", is_required=True, min_value=2
        )
    )
    await bot.rest.set_application_commands(await bot.rest.fetch_application(), [roll])


@bot.listen()
async def asked(event: hikari.InteractionCreateEvent) -> None:
    interaction = event.interaction
    if isinstance(interaction, hikari.CommandInteraction):
        assert interaction.options is not None
        await interaction.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_CREATE)
        row = bot.rest.build_message_action_row()
        row.add_interactive_button(hikari.ButtonStyle.PRIMARY, "again", label="Again")
        await interaction.edit_initial_response(f"One of {interaction.options[0].value}", component=row)
    elif isinstance(interaction, hikari.ComponentInteraction):
        await interaction.create_initial_response(hikari.ResponseType.MESSAGE_UPDATE, "Once more.")


@bot.listen()
async def posted(event: hikari.GuildMessageCreateEvent) -> None:
    if event.is_human and bot.get_me() is not None and event.message.user_mentions_ids:
        await event.message.add_reaction("🎲")
        thread = await bot.rest.create_message_thread(event.channel_id, event.message, "Dice")
        await thread.send("In here.", attachment=hikari.Bytes(b"six", "die.txt"))


bot.run()
