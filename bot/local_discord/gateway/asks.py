"""What an identified client may ask for over its connection, besides staying alive."""

from __future__ import annotations

import logging

from bot.local_discord.errors import GatewayError
from bot.local_discord.gateway.codes import Close, Op
from bot.local_discord.gateway.hub import Hub
from bot.local_discord.gateway.payloads import MembersQuery, check_presence, check_voice, guild_ids
from bot.local_discord.gateway.stream import Stream
from bot.local_discord.reply import Json

__all__ = ["ask"]

_log = logging.getLogger(__name__)


def ask(hub: Hub, stream: Stream, op: Op, body: Json) -> None:
    """Answer on the stream. Raises GatewayError: 4001 for an invalid body or an opcode of the server's.

    A presence is checked and shown to nobody. There is no voice: joining a channel has no consequence, which
    the log says.
    """
    match op:
        case Op.REQUEST_GUILD_MEMBERS:
            hub.members.request(stream, MembersQuery.read(body))
        case Op.REQUEST_SOUNDBOARD_SOUNDS:
            for guild_id in guild_ids(body):
                stream.say("SOUNDBOARD_SOUNDS", {"guild_id": guild_id, "soundboard_sounds": []})
        case Op.PRESENCE_UPDATE:
            check_presence(body)
        case Op.VOICE_STATE_UPDATE:
            check_voice(body)
            _log.warning("The local Discord does not have voice: nothing comes of joining a channel.")
        case _:
            raise GatewayError(Close.UNKNOWN_OPCODE)
