"""A role for whoever reacts, taken again with the reaction; and a guessing game that waits for a message."""

import os

import discord

ROLES = {"📖": "Writer", "🎲": "Player"}


class Client(discord.Client):
    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.members = True
        intents.message_content = True
        super().__init__(intents=intents)
        self.asked: int | None = None

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        if message.content == "roles":
            asked = await message.channel.send("React for a role.")
            self.asked = asked.id
            for sign in ROLES:
                await asked.add_reaction(sign)
        elif message.content == "guess":
            await self.game(message)

    async def game(self, message: discord.Message) -> None:
        await message.channel.send("A number, please.")

        def fits(answer: discord.Message) -> bool:
            return answer.author == message.author and answer.content.isdigit()

        try:
            guess = await self.wait_for("message", check=fits, timeout=5.0)
        except TimeoutError:
            await message.channel.send("Too slow.")
        else:
            await guess.reply("Right!" if guess.content == "7" else "It was 7.")

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        role = self.role(payload)
        if role is not None and payload.member is not None and not payload.member.bot:
            await payload.member.add_roles(role)

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        role = self.role(payload)
        if role is not None:
            member = role.guild.get_member(payload.user_id)
            assert member is not None, "the members intent fills the cache"
            await member.remove_roles(role)

    def role(self, payload: discord.RawReactionActionEvent) -> discord.Role | None:
        guild = self.get_guild(payload.guild_id or 0)
        if payload.message_id != self.asked or guild is None:
            return None
        return discord.utils.get(guild.roles, name=ROLES.get(payload.emoji.name))


Client().run(os.environ["DISCORD_TOKEN"], log_handler=None)
