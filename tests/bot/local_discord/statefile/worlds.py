"""Worlds to keep: one with everything in it, and one of any size."""

from __future__ import annotations

from bot.local_discord.seed import ANA, APPLICATION, BO, GUILD, WRITERS_ROOM, seed
from bot.local_discord.state.channels import Channel, ChannelKind, Overwrite, Thread
from bot.local_discord.state.guilds import Guild, Member, Role
from bot.local_discord.state.interactions import Interaction
from bot.local_discord.state.messages import Attachment, Message, Poll, Reaction
from bot.local_discord.state.webhooks import Webhook
from bot.local_discord.state.world import World

NOW = 1_790_000_000.25
THREAD, DIRECT, BOARD = "1500000000000000001", "1500000000000000002", "1500000000000000003"


def rich_world() -> World:
    """At least one of everything, with the parts that are easily lost."""
    world = seed(NOW)
    world.add_channel(
        Thread(
            THREAD,
            "The Dry Well 枯井",
            ChannelKind.PUBLIC_THREAD,
            GUILD,
            parent_id=WRITERS_ROOM,
            owner_id=ANA,
            created=NOW,
            members={ANA: NOW, APPLICATION: NOW + 1},
            applied_tags=["1100000000000000071"],
        )
    )
    world.channels[WRITERS_ROOM].overwrites[BO] = Overwrite(BO, 1, allow=1 << 40, deny=2048)
    world.add_channel(Channel(DIRECT, "", ChannelKind.DM, recipients=[ANA, APPLICATION]))
    world.direct[f"{ANA}:{APPLICATION}"] = DIRECT
    board = Message(BOARD, THREAD, APPLICATION, NOW, content="line\nline \x00 “quoted” \U0001f600")
    board.components = [{"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "a"}]}]
    board.attachments = [
        Attachment("1500000000000000004", THREAD, "a.bin", "application/octet-stream", b"\xff\0")
    ]
    board.reactions = {"🔥": Reaction({"id": None, "name": "🔥"}, [ANA, BO])}
    board.poll = Poll({"text": "?"}, [{"answer_id": 1}], NOW + 60, votes={1: [ANA], 2: []})
    world.messages.add(board)
    only_ana = Message("1500000000000000005", THREAD, APPLICATION, NOW, flags=64, visible_to=ANA)
    world.messages.add(only_ana)
    world.commands = {"": {"1500000000000000006": {"name": "room", "options": []}}, GUILD: {}}
    world.interactions["1500000000000000007"] = Interaction(
        "1500000000000000007",
        "tok",
        2,
        ANA,
        GUILD,
        THREAD,
        "en-US",
        "n1",
        NOW,
        {"data": {"x": [1.5]}},
        answer=4,
    )
    world.webhooks["1500000000000000008"] = Webhook(
        "1500000000000000008", THREAD, GUILD, "Hook", ANA, "secret"
    )
    return world


def big_world(guilds: int, channels: int, messages: int) -> World:
    """So many guilds of four members, their channels, and messages in them."""
    world = seed(NOW)
    next_id = iter(range(1_200_000_000_000_000_000, 1_400_000_000_000_000_000, 4096))
    rooms: list[str] = []
    for number in range(guilds):
        guild = Guild(str(next(next_id)), f"Guild {number}", ANA)
        guild.roles[guild.id] = Role(guild.id, "@everyone", 0, 0)
        guild.members = {user: Member(user, [], NOW) for user in list(world.users)[:4]}
        world.guilds[guild.id] = guild
        for position in range(channels // guilds):
            rooms.append(str(next(next_id)))
            world.add_channel(Channel(rooms[-1], f"room-{position}", guild_id=guild.id, position=position))
    for number in range(messages):
        text = f"Message {number}, with a sentence or two in it, as people write them. " * 3
        world.messages.add(Message(str(next(next_id)), rooms[number % len(rooms)], APPLICATION, NOW, text))
    return world
