"""The control interface over HTTP: what each resource does, and how it refuses what is malformed."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import discord
import pytest

from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, APPLICATION, BO, GUILD, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Asker, until
from tests.bot.local_discord.person import Person
from tests.bot.local_discord.story_bot import StoryBot

SEND = f"/channels/{WRITERS_ROOM}/messages"
ROUTE = "POST /channels/{channel_id}/messages"


class TestTheLedger:
    async def test_is_read_by_number_route_and_status(self, asks: Asker) -> None:
        for content in ("one", "two", "x" * 2001):
            await asks.rest("POST", SEND, json={"content": content})
        await asks.rest("GET", "/users/@me")
        found = await asks.does("GET", f"/ledger?route={ROUTE}&status=200&since=1&limit=5")
        assert [one["number"] for one in found] == [2]
        assert found[0]["path"] == SEND
        (failed,) = await asks.does("GET", "/ledger?status=400")
        assert (failed["code"], failed["bucket"], failed["remaining"]) == (50035, "message.create", 2)

    async def test_has_no_tokens(self, asks: Asker) -> None:
        await asks.rest("GET", f"/webhooks/{APPLICATION}/a-secret/messages/@original")
        await asks.rest("POST", "/interactions/1/a-secret/callback", json={"type": 5})
        await asks.rest("POST", "/webhooks/1/a-secret/slack", json={})
        ledger, wire = await asks.control("GET", "/ledger"), await asks.control("GET", "/wire")
        assert [one["path"] for one in ledger.body] == [
            f"/webhooks/{APPLICATION}/***/messages/@original",
            "/interactions/1/***/callback",
            "/webhooks/1/***/slack",
        ]
        assert "a-secret" not in str(ledger.body) + str(wire.body)

    async def test_keeps_as_many_as_it_is_told(self, asks: Asker) -> None:
        for _ in range(4):
            await asks.rest("GET", "/users/@me")
        await asks.does("PUT", "/ledger", kept=2)
        await asks.rest("GET", "/users/@me")
        assert [one["number"] for one in await asks.does("GET", "/ledger")] == [4, 5]

    async def test_is_read_whole_where_it_is_long(self, asks: Asker, local: LocalDiscord) -> None:
        for number in range(1234):
            local.parts.ledger.write(
                time=1.0, method="GET", route="/x", path="/x", status=200, code=0, took_ms=float(number)
            )
        found = await asks.does("GET", "/ledger")
        assert [one["number"] for one in found] == list(range(1, 1235))

    async def test_counts_what_is_not_built(self, asks: Asker) -> None:
        for number in (1, 2):
            await asks.rest("GET", f"/guilds/{number}/emojis")
        await asks.rest("GET", "/sticker-packs")
        assert await asks.does("GET", "/unbuilt") == [
            {"route": "GET /guilds/{guild_id}/emojis", "count": 2},
            {"route": "GET /sticker-packs", "count": 1},
        ]


class TestTheLimits:
    async def test_are_changed_while_it_runs(self, asks: Asker) -> None:
        sizes = {"global": None, "buckets": {"message.create": {"limit": 2, "seconds": 60}}}
        await asks.does("PUT", "/limits", **sizes)
        found = [(await asks.rest("POST", SEND, json={"content": "x"})).status for _ in range(3)]
        assert found == [200, 200, 429]
        await asks.does("PUT", "/limits", enabled=False)
        assert (await asks.rest("POST", SEND, json={"content": "x"})).status == 200
        await asks.does("PUT", "/limits", **{"global": {"limit": 1, "seconds": 60}})
        found = [(await asks.rest("GET", "/users/@me")).status for _ in range(2)]
        assert found == [200, 429]

    async def test_are_shown_with_what_is_open(self, asks: Asker) -> None:
        await asks.rest("POST", SEND, json={"content": "x"})
        shown = await asks.does("GET", "/limits")
        assert shown["in_force"] is True
        assert shown["sizes"]["global"] == {"limit": 50, "seconds": 1.0}
        (window,) = shown["open"]
        assert (window["bucket"], window["remaining"]) == ("message.create", 4)
        kinds = {one["bucket"]: one for one in shown["kinds"]}
        assert kinds["message.create"]["hash"] == window["hash"]

    async def test_a_change_lifts_the_bar(self, asks: Asker) -> None:
        await asks.does("PUT", "/limits", invalid={"limit": 1, "seconds": 60})
        await asks.rest("GET", "/users/@me", token="wrong")
        assert (await asks.rest("GET", "/users/@me")).status == 429
        assert [one["barred"] for one in (await asks.does("GET", "/limits"))["addresses"].values()] == [3600]
        await asks.does("PUT", "/limits")
        assert (await asks.rest("GET", "/users/@me")).status == 200


class TestTheClock:
    async def test_is_moved_ahead(self, asks: Asker) -> None:
        before = (await asks.does("GET", "/clock"))["now"]
        after = (await asks.does("POST", "/clock/advance", seconds=1000))["now"]
        assert 1000 <= after - before < 1010

    async def test_ends_an_interactions_time_at_once(self, asks: Asker, ana: Person, bot: StoryBot) -> None:
        sent = await ana.command(WRITERS_ROOM, "never")
        await asyncio.wait_for(bot.hanging.wait(), 5)
        await asks.does("POST", "/clock/advance", seconds=3)
        failure = await ana.sees("INTERACTION_FAILURE")
        assert failure["interaction_id"] == sent

    async def test_ends_an_interactions_token_at_once(self, asks: Asker, ana: Person, bot: StoryBot) -> None:
        await ana.command(WRITERS_ROOM, "room open", title="A")
        await ana.sees("INTERACTION_SUCCESS")
        interaction: Any = next(one for kind, one in bot.heard if kind == "interaction")
        await asks.does("POST", "/clock/advance", seconds=15 * 60)
        with pytest.raises(discord.HTTPException) as refusal:
            await interaction.edit_original_response(content="late")
        assert refusal.value.code == 50027

    async def test_archives_threads_at_once(self, asks: Asker, local: LocalDiscord) -> None:
        thread = await asks.rest(
            "POST",
            f"/channels/{WRITERS_ROOM}/threads",
            json={"name": "t", "type": 11, "auto_archive_duration": 60},
        )
        await asks.does("POST", "/clock/advance", seconds=3601)
        found = await asks.rest("GET", f"/channels/{thread.body['id']}")
        assert found.body["thread_metadata"]["archived"] is True
        assert local.parts.clock() > 0


class TestBuildingAWorld:
    async def test_a_bot_that_is_connected_learns_of_it(self, asks: Asker, bot: StoryBot) -> None:
        user = await asks.does("POST", "/users", username="eve", locale="en-GB")
        guild = await asks.does(
            "POST", "/guilds", name="Second", owner_id=user["id"], members=[ANA], channels=["a", "b"]
        )
        assert [one["name"] for one in guild["channels"]] == ["a", "b"]
        assert {one["user"]["id"] for one in guild["members"]} == {user["id"], ANA, APPLICATION}
        await until(lambda: bot.get_guild(int(guild["id"])))
        channel = await asks.does("POST", f"/guilds/{guild['id']}/channels", name="c", type=15)
        assert channel["type"] == 15
        role = await asks.does("POST", f"/guilds/{guild['id']}/roles", name="R", permissions="8")
        await asks.does("PUT", f"/guilds/{guild['id']}/members/{BO}", roles=[role["id"]])
        shown = await asks.does("GET", f"/guilds/{guild['id']}")
        assert role["id"] in next(one["roles"] for one in shown["members"] if one["user"]["id"] == BO)
        await until(lambda: bot.get_channel(int(channel["id"])))
        await asks.does("DELETE", f"/guilds/{guild['id']}")
        await until(lambda: bot.get_guild(int(guild["id"])) is None)

    async def test_overwrites_take_sight_and_give_it_back(self, asks: Asker) -> None:
        path = f"/channels/{WRITERS_ROOM}/overwrites/{APPLICATION}"
        await asks.does("PUT", path, type=1, deny="1024")
        assert (await asks.rest("GET", f"/channels/{WRITERS_ROOM}")).body["code"] == 50001
        await asks.does("DELETE", path)
        assert (await asks.rest("GET", f"/channels/{WRITERS_ROOM}")).status == 200

    async def test_channels_members_and_roles_change_and_go(self, asks: Asker) -> None:
        changed = await asks.does("PATCH", f"/channels/{WRITERS_ROOM}", topic="New")
        assert changed["topic"] == "New"
        member = await asks.does("PATCH", f"/guilds/{GUILD}/members/{BO}", nick="Bobo")
        assert member["nick"] == "Bobo"
        guild = await asks.does("PATCH", f"/guilds/{GUILD}", name="Renamed")
        assert guild["name"] == "Renamed"
        role = await asks.does("POST", f"/guilds/{GUILD}/roles", name="R")
        role = await asks.does("PATCH", f"/guilds/{GUILD}/roles/{role['id']}", name="S")
        assert role["name"] == "S"
        await asks.does("DELETE", f"/guilds/{GUILD}/roles/{role['id']}")
        await asks.does("DELETE", f"/guilds/{GUILD}/members/{BO}")
        assert (await asks.rest("GET", f"/guilds/{GUILD}/members/{BO}")).status == 404
        sent = await asks.rest("POST", SEND, json={"content": "x"})
        await asks.does("DELETE", f"{SEND}/{sent.body['id']}")
        assert (await asks.rest("GET", f"{SEND}/{sent.body['id']}")).body["code"] == 10008
        await asks.does("DELETE", f"/channels/{WRITERS_ROOM}")
        assert (await asks.rest("GET", f"/channels/{WRITERS_ROOM}")).body["code"] == 10003


class TestTheWire:
    async def test_shows_requests_with_bodies_and_answers(self, asks: Asker) -> None:
        await asks.rest("POST", SEND, json={"content": "hello"})
        (entry,) = await asks.does("GET", "/wire?kind=request")
        assert (entry["method"], entry["route"], entry["status"]) == (
            "POST",
            "/channels/{channel_id}/messages",
            200,
        )
        assert entry["body"] == {"content": "hello"}
        assert entry["answer"]["content"] == "hello"
        assert entry["took_ms"] > 0
        assert await asks.does("GET", f"/wire?since={entry['number']}&kind=request") == []

    async def test_cuts_what_is_long(self, asks: Asker) -> None:
        await asks.rest("POST", SEND, json={"content": "x" * 30_000})
        (entry,) = await asks.does("GET", "/wire?kind=request")
        assert len(entry["body"]) == 20_000
        assert entry["answer"]["code"] == 50035

    async def test_goes_on_over_a_web_socket(self, asks: Asker, browser: aiohttp.ClientSession) -> None:
        await asks.rest("GET", "/users/@me")
        async with browser.ws_connect(f"{asks.url}/control/v1/wire?kind=request") as socket:
            first = await socket.receive_json(timeout=5)
            await asks.rest("POST", SEND, json={"content": "live"})
            second = await socket.receive_json(timeout=5)
        assert [first["path"], second["path"]] == ["/users/@me", SEND]
        assert second["number"] > first["number"]

    async def test_has_events_and_frames_of_the_gateway_without_tokens(
        self, asks: Asker, bot: StoryBot, bo: Person, local: LocalDiscord
    ) -> None:
        assert bot.ws is not None
        await bo.command(WRITERS_ROOM, "export")
        await bo.sees("MESSAGE_CREATE", lambda body: body["flags"] & 64)
        wire = await asks.does("GET", "/wire")
        assert {"dispatch", "gateway", "request"} <= {one["kind"] for one in wire}
        assert local.parts.options.bot_token not in str(wire)
        (interaction,) = local.parts.world.interactions.values()
        assert interaction.token not in str(wire)

    async def test_a_watcher_who_stays_does_not_keep_the_server_from_closing(
        self, browser: aiohttp.ClientSession
    ) -> None:
        async with LocalDiscord(Options()) as local:
            socket = await browser.ws_connect(f"{local.url}/control/v1/wire")
            loop = asyncio.get_running_loop()
            began = loop.time()
            reading = asyncio.create_task(socket.receive())
        assert loop.time() - began < 2
        assert (await reading).type is aiohttp.WSMsgType.CLOSE


class TestViolations:
    async def test_there_are_none_without_a_document(self, asks: Asker) -> None:
        assert await asks.does("GET", "/violations?since=3") == []
        await asks.does("DELETE", "/violations")


@pytest.mark.parametrize(
    ("method", "path", "body", "named"),
    [
        ("POST", "/clock/advance", {}, "seconds"),
        ("POST", "/clock/advance", {"seconds": -1}, "seconds"),
        ("POST", "/clock/advance", {"seconds": 1, "minutes": 1}, "minutes"),
        ("PUT", "/limits", {"global": {"limit": 0, "seconds": 1}}, "global.limit"),
        ("PUT", "/limits", {"buckets": {"shout": None}}, "buckets"),
        ("PUT", "/limits", {"globe": None}, "globe"),
        ("POST", "/faults", {"kind": "earthquake"}, ""),
        ("POST", "/faults", {"kind": "failure"}, "failure.status"),
        ("POST", "/faults", {"kind": "failure", "status": 200}, "failure.status"),
        ("POST", "/faults", {"kind": "latency", "seconds": 1, "often": True}, "latency.often"),
        ("POST", "/faults", {"kind": "latency", "seconds": 1, "route": "anything"}, "latency.route"),
        (
            "POST",
            "/faults",
            {"kind": "permission_lost", "channel_id": "1", "permissions": ["FLY"]},
            "permission_lost.permissions",
        ),
        ("POST", "/gateway/disconnect", {"code": 1}, "code"),
        ("POST", "/users", {"username": ""}, "username"),
        ("POST", "/guilds", {"name": "x", "owner_id": 5}, "owner_id"),
        ("POST", f"/guilds/{GUILD}/channels", {"name": "c", "type": 99}, "type"),
        ("PUT", "/ledger", {"kept": 0}, "kept"),
        ("GET", "/ledger?since=x", {}, "since"),
        ("GET", "/ledger?sinse=1", {}, "sinse"),
        ("GET", "/wire?kind=shout", {}, "kind"),
        ("GET", "/unbuilt?x=1", {}, "x"),
        ("GET", "/violations?since=-1", {}, "since"),
    ],
)
async def test_what_is_malformed_is_refused_by_name(
    asks: Asker, method: str, path: str, body: dict[str, Any], named: str
) -> None:
    refused = await asks.control(method, path, **body)
    assert refused.status == 400
    assert named in refused.body["errors"]
    assert refused.body["message"]


@pytest.mark.parametrize("sent", [b"{", b"\xff", b'{"seconds": NaN}', b"[" * 100_000, b"[1]", b'"x"'])
async def test_a_body_that_is_no_object_is_refused(
    browser: aiohttp.ClientSession, asks: Asker, sent: bytes
) -> None:
    for method, path in (("POST", "/clock/advance"), ("POST", "/faults"), ("PATCH", f"/guilds/{GUILD}")):
        async with browser.request(method, f"{asks.url}/control/v1{path}", data=sent) as reply:
            assert reply.status == 400
            assert (await reply.json())["message"]


async def test_what_is_not_there_says_so(asks: Asker) -> None:
    missing = await asks.control("GET", "/nonsense")
    assert (missing.status, missing.body["message"]) == (404, "There is no GET /control/v1/nonsense.")
    assert (await asks.control("DELETE", "/faults/9")).status == 404
    assert (await asks.control("GET", "/guilds/9")).body["message"] == "Unknown Guild"
