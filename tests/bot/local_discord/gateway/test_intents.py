from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import bot.local_discord
from bot.local_discord.events import PRIVILEGED, Event, Intent
from bot.local_discord.gateway.content import Views
from bot.local_discord.gateway.intents import EVENTS, IN_DIRECT
from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, APPLICATION, FILM_CLUB, GUILD, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from bot.local_discord.state.channels import Channel, ChannelKind
from tests.bot.local_discord.gateway.raw import Dial, heard
from tests.bot.local_discord.person import Person

GRANTED = Options(privileged=PRIVILEGED, identify_interval=0.0)

# What only people's pages are told. PERSON_UPDATE is about a person's locale here, which no bot hears of.
FOR_PEOPLE = {
    "APPLICATION_COMMANDS_UPDATE",
    "BOT_STATUS",
    "COMMAND_AUTOCOMPLETE",
    "INTERACTION_DEFERRED",
    "INTERACTION_FAILURE",
    "INTERACTION_MODAL_CREATE",
    "INTERACTION_SUCCESS",
    "START_CHANGED",
    "PERSON_UPDATE",
}
BY_BODY = {"THREAD_MEMBERS_UPDATE"}
"""Whom it concerns depends on its body."""

_EVENT = re.compile(
    r"(APPLICATION|AUTO|BOT|CHANNEL|COMMAND|ENTITLEMENT|GUILD|INTERACTION|INVITE|MESSAGE"
    r"|PRESENCE|STAGE|START|THREAD|USER|VOICE|WEBHOOKS)(_[A-Z]+)*_(ADD|BULK|CHANGED|CHUNK|CREATE|DEFERRED|DELETE|EMOJI|FAILURE|REMOVE|ALL"
    r"|START|STATUS|SUCCESS|SYNC|UPDATE|AUTOCOMPLETE)|TYPING_START"
)


def _told() -> dict[str, str]:
    """Each event name that the package's Python names, and where."""
    told = {}
    for path in Path(bot.local_discord.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and _EVENT.fullmatch(node.value)
            ):
                told[node.value] = f"{path.name}:{node.lineno}"
    return told


def test_every_event_has_its_intent_in_the_table() -> None:
    told = _told()
    assert {"MESSAGE_CREATE", "THREAD_MEMBERS_UPDATE", "TYPING_START", "BOT_STATUS"} <= set(told)
    assert {name: where for name, where in told.items() if name not in EVENTS.keys() | FOR_PEOPLE} == {}


def test_no_event_is_both_for_bots_and_for_people_alone() -> None:
    assert not EVENTS.keys() & FOR_PEOPLE


async def test_an_event_that_is_not_in_the_table_is_said_and_not_sent(
    dial: Dial, local: LocalDiscord, caplog: pytest.LogCaptureFixture
) -> None:
    raw = await dial()
    await raw.ready()
    local.parts.bus.publish(Event("MADE_UP", {}, Intent.ALWAYS))
    assert await heard(local, raw) == []
    assert "MADE_UP" in caplog.text


@pytest.mark.parametrize("name", sorted(name for name in EVENTS.keys() - BY_BODY if EVENTS[name]))
@pytest.mark.parametrize("options", [GRANTED])
async def test_an_event_comes_with_its_intent_and_without_it_does_not(
    dial: Dial, local: LocalDiscord, name: str
) -> None:
    needed = EVENTS[name]
    having, lacking = await dial(), await dial()
    await having.ready(intents=int(needed))
    await lacking.ready(intents=int(PRIVILEGED | Intent.GUILDS) & ~int(needed))
    person = {"user": {"id": ANA}, "user_id": ANA}
    body = {"guild_id": GUILD, "author": person["user"], "mentions": [], **person}
    local.parts.bus.publish(Event(name, body, needed, guild_id=GUILD))
    assert await heard(local, having) == [name]
    assert await heard(local, lacking) == []


@pytest.mark.parametrize(("guild", "direct"), [(one, two) for one, two in IN_DIRECT.items() if one])
async def test_direct_messages_have_intents_of_their_own(
    dial: Dial, local: LocalDiscord, guild: Intent, direct: Intent
) -> None:
    having, lacking = await dial(), await dial()
    await having.ready(intents=int(direct))
    await lacking.ready(intents=int(guild))
    name = next(name for name, needed in EVENTS.items() if needed is guild)
    channel = Channel("77", "", type=ChannelKind.DM, recipients=[ANA, APPLICATION])
    local.parts.bus.publish(Event.within(channel, name, {"channel_id": "77"}, guild))
    assert await heard(local, having) == [name]
    assert await heard(local, lacking) == []


async def test_direct_messages_of_others_are_nobodys_business(dial: Dial, local: LocalDiscord) -> None:
    raw = await dial()
    await raw.ready(intents=1 << 12)
    channel = Channel("77", "", type=ChannelKind.DM, recipients=[ANA, "5"])
    local.parts.bus.publish(Event.within(channel, "MESSAGE_DELETE", {"id": "1"}, Intent.GUILD_MESSAGES))
    assert await heard(local, raw) == []


async def test_message_events_need_their_intent(dial: Dial, ana: Person) -> None:
    raw = await dial()
    await raw.ready()
    await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content="hello")
    await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/threads", name="A room")
    assert (await raw.frame())["t"] == "THREAD_CREATE"


@pytest.mark.parametrize("options", [GRANTED])
async def test_content_is_blank_without_the_intent_unless_the_bot_is_mentioned(
    dial: Dial, ana: Person
) -> None:
    blank, full = await dial(), await dial()
    await blank.ready(intents=1 | 1 << 9)
    await full.ready(intents=1 | 1 << 9 | 1 << 15)
    where = f"/people/v1/channels/{WRITERS_ROOM}/messages"
    secret = await ana.call("POST", where, content="a secret")
    assert (await blank.frame(name="MESSAGE_CREATE"))["d"]["content"] == ""
    assert (await full.frame(name="MESSAGE_CREATE"))["d"]["content"] == "a secret"
    reply = {"message_reference": {"message_id": secret["id"]}}
    await ana.call("POST", where, content=f"<@{APPLICATION}> listen", **reply)
    seen = (await blank.frame(name="MESSAGE_CREATE"))["d"]
    assert seen["content"].endswith("listen")
    assert seen["referenced_message"]["content"] == ""
    whole = (await full.frame(name="MESSAGE_CREATE"))["d"]
    assert whole["referenced_message"]["content"] == "a secret"


def _message(**more: object) -> dict[str, object]:
    return {
        "guild_id": GUILD,
        "author": {"id": ANA},
        "mentions": [],
        "content": "c",
        "embeds": [1],
        "attachments": [2],
        "components": [3],
        "poll": {"question": {"text": "q"}},
        **more,
    }


def test_all_that_people_wrote_is_blank_and_the_poll_is_gone() -> None:
    snapshot = {"message": {"content": "forwarded", "embeds": [1], "type": 0}}
    event = Event("MESSAGE_UPDATE", _message(message_snapshots=[snapshot]), Intent.GUILD_MESSAGES)
    seen = Views(event, APPLICATION).of(Intent.GUILD_MESSAGES).json
    for key in ("embeds", "attachments", "components"):
        assert seen[key] == []
    assert seen["content"] == ""
    assert "poll" not in seen
    (shown,) = seen["message_snapshots"]
    assert (shown["message"]["content"], shown["message"]["embeds"], shown["message"]["type"]) == ("", [], 0)
    assert Views(event, APPLICATION).of(Intent.MESSAGE_CONTENT).json["content"] == "c"


@pytest.mark.parametrize(
    "more", [{"author": {"id": APPLICATION}}, {"mentions": [{"id": APPLICATION}]}, {"guild_id": None}]
)
def test_a_bots_own_messages_mentions_and_direct_messages_are_whole(more: dict[str, object]) -> None:
    event = Event("MESSAGE_CREATE", _message(**more), Intent.GUILD_MESSAGES)
    views = Views(event, APPLICATION)
    assert views.of(Intent.GUILD_MESSAGES).json is event.body
    assert views.of(Intent.GUILD_MESSAGES) is views.of(Intent.MESSAGE_CONTENT)


@pytest.mark.parametrize("options", [GRANTED])
async def test_who_joins_a_thread_is_told_with_the_members_intent_the_bot_always(
    dial: Dial, local: LocalDiscord
) -> None:
    plain, members = await dial(), await dial()
    await plain.ready(intents=1)
    await members.ready(intents=1 | 1 << 1)
    for joined in (ANA, APPLICATION):
        body = {
            "id": "9",
            "guild_id": GUILD,
            "added_members": [{"user_id": joined}],
            "removed_member_ids": [],
        }
        local.parts.bus.publish(Event("THREAD_MEMBERS_UPDATE", body, Intent.GUILDS, guild_id=GUILD))
    assert len(await heard(local, members)) == 2
    assert (await plain.frame())["d"]["added_members"] == [{"user_id": APPLICATION}]
    assert await heard(local, plain) == []


async def test_a_bot_is_told_of_its_own_member_without_the_members_intent(
    dial: Dial, local: LocalDiscord
) -> None:
    raw = await dial()
    await raw.ready()
    for user in (ANA, APPLICATION):
        body = {"guild_id": GUILD, "user": {"id": user}, "roles": []}
        local.parts.bus.publish(Event("GUILD_MEMBER_UPDATE", body, Intent.GUILD_MEMBERS, guild_id=GUILD))
    assert (await raw.frame())["d"]["user"]["id"] == APPLICATION
    assert await heard(local, raw) == []


async def test_a_guild_is_joined_and_left_while_connected(dial: Dial, local: LocalDiscord) -> None:
    raw = await dial()
    await raw.ready()
    guild, bus = local.parts.world.guilds[FILM_CLUB], local.parts.bus
    member = guild.members.pop(APPLICATION)
    bus.publish(Event("GUILD_DELETE", {"id": FILM_CLUB}, Intent.GUILDS, frozenset(), guild_id=FILM_CLUB))
    bus.publish(Event("GUILD_UPDATE", {"id": FILM_CLUB}, Intent.GUILDS, guild_id=FILM_CLUB))
    gone = await raw.frame()
    assert (gone["t"], gone["d"]) == ("GUILD_DELETE", {"id": FILM_CLUB})
    assert await heard(local, raw) == []
    guild.members[APPLICATION] = member
    bus.publish(Event("GUILD_CREATE", {}, Intent.GUILDS, frozenset(), guild_id=FILM_CLUB))
    back = await raw.frame()
    assert (back["t"], back["d"]["id"]) == ("GUILD_CREATE", FILM_CLUB)
    assert {"channels", "members", "roles", "member_count"} <= set(back["d"])
