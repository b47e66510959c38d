"""What Redis keeps of what it acknowledged: all when it is killed, all but a second when the power is cut.

A process that is killed has handed its log to the kernel before it answered, under `appendfsync everysec` as
under `always`. Only a power cut, or a kernel that falls over, takes what the disk did not have yet: here the
end of the file is cut off, as it was a moment before.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.local_discord.seed import ANA, BO
from bot.rooms import Rooms
from bot.store import Queue, Relay, RoomStore, connect
from bot.store.keys import Keys
from tests.bot.building import add_premise, open_room
from tests.bot.chat.asides import EN, every_round_ended, seen_everything, times_shown, written
from tests.bot.chat.stage import Staging, staged
from tests.redis_server import RedisServer, binaries, running


def log_of(server: RedisServer) -> Path:
    """The part of the append-only file that grows."""
    (found,) = (server.folder / "appendonlydir").glob("*.incr.aof")
    return found


@pytest.mark.parametrize("fsync", ["always", "everysec"])
async def test_what_was_acknowledged_before_redis_was_killed_is_there_after(
    fsync: str, tmp_path: Path
) -> None:
    with running(binaries()["valkey"], tmp_path) as server:
        for number in range(3):
            redis = connect(server.url)
            await redis.config_set("appendfsync", fsync)
            keys = Keys("test")
            queue = Queue(redis, keys=keys, lease_seconds=30, attempts=3, token=lambda: "token")
            rooms = Rooms(RoomStore(redis, keys=keys, days=1), queue, Relay(redis, queue, keys=keys))
            room = f"room-{number}"
            await rooms.act(room, open_room(room), operation="open")
            for premise in range(20):
                await rooms.act(room, add_premise(f"Premise {premise}"), operation=f"add {premise}")
            server.kill()
            await redis.aclose()
            server.start()
            redis = connect(server.url)
            for earlier in range(number + 1):
                kept = (await RoomStore(redis, keys=keys, days=1).load(f"room-{earlier}")).room
                assert kept is not None
                assert len(kept.premises) == 20
            await redis.aclose()


async def test_a_room_goes_on_from_before_a_power_cut_and_what_is_on_discord_is_taken_up_again(
    tmp_path: Path,
) -> None:
    with running(binaries()["valkey"], tmp_path) as server:
        async with staged(server.url, Staging(settings={"lease_seconds": 1})) as stage:
            ana, bo = await stage.person(ANA), await stage.person(BO)
            room = await ana.opens("The Dry Well")
            await ana.command(room, "premise add", kind="setting", text="A valley without rain")
            on_disk = log_of(server).stat().st_size
            await ana.command(room, "premise add", kind="twist", text="The well answers")
            stage.tgi.pause = 0.2
            await ana.command(room, "synopsis", takes=1)
            posted = await ana.sees("Round 1: ", room)
            server.kill()
            with log_of(server).open("r+b") as log:
                log.truncate(on_disk)
            server.start()
            stage.tgi.pause = 0.0

            assert [each.text for each in (await stage.room(room)).premises] == ["A valley without rain"]
            for number in range(3):  # the board is drawn again once the room has come past where it was
                await bo.command(
                    room, "premise add", kind="conflict", text=f"Two families, one well {number}"
                )
            board = await ana.board(room, "Two families, one well 2")
            assert "The well answers" not in str(board)
            await bo.command(room, "synopsis", takes=1)
            assert (await written(ana, 1))["id"] == posted[
                "id"
            ]  # the nonce is the round's: no second message
            await bo.press("Adopt A")
            await ana.sees("**Bo** adopted take A", room)
            await seen_everything(ana)
            assert times_shown(ana, "Round 1: ") == 1
            assert times_shown(ana, EN.say("error.unexpected", reference="")[:30]) == 0
            assert not (await every_round_ended(stage, room)).open_rounds
            assert await stage.app.rooms.queued(room, 1) is None
