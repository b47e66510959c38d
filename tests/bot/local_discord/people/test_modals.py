"""Modals with every kind of part: as the bot sends them, as people fill them, as they come back."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.local_discord.seed import ANA, BO, GAMES, WRITER, WRITERS_ROOM
from tests.bot.local_discord.person import Person, Refused

from .conftest import Wire, upload

ASK = {"name": "ask", "description": "Ask"}
OPTIONS = [{"label": word, "value": word} for word in ("red", "green", "blue")]
CHOSEN: list[dict[str, Any]] = [{**OPTIONS[0], "default": True}, *OPTIONS[1:]]
INSIDE = "data.components.0.component"


def label(kind: int, **more: Any) -> dict[str, Any]:
    return {"type": 18, "label": "l", "component": {"type": kind, "custom_id": "x", **more}}


def modal(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"custom_id": "m", "title": "T", "components": list(parts), **more}


@pytest.fixture
async def asked(wire: Wire, ana: Person) -> Wire:
    await wire.registers(ASK)
    await ana.command(WRITERS_ROOM, "ask")
    return wire


async def fill(wire: Wire, ana: Person, part: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """What the bot is told once Ana has filled a modal of that one part."""
    assert (await wire.answers(9, modal(part))).status == 200
    shown = await ana.sees("INTERACTION_MODAL_CREATE")
    await ana.interact(type=5, channel_id=WRITERS_ROOM, interaction_id=shown["interaction_id"], fields=fields)
    told: dict[str, Any] = wire.told[-1]
    assert (told["type"], told["data"]["custom_id"]) == (5, "m")
    return told


@pytest.mark.parametrize(
    ("part", "fields", "sent"),
    [
        (label(4, style=1), {"x": "words"}, {"value": "words"}),
        (label(4, style=2, required=False), {}, {"value": ""}),
        (label(4, style=1, value="before"), {}, {"value": "before"}),
        (label(3, options=OPTIONS), {"x": ["red"]}, {"values": ["red"]}),
        (label(3, options=CHOSEN), {}, {"values": ["red"]}),
        (label(3, options=OPTIONS, required=False), {}, {"values": []}),
        (label(3, options=OPTIONS, max_values=2), {"x": ["red", "blue"]}, {"values": ["red", "blue"]}),
        (label(5), {"x": [BO]}, {"values": [BO]}),
        (label(5, default_values=[{"id": BO, "type": "user"}]), {}, {"values": [BO]}),
        (label(6), {"x": [WRITER]}, {"values": [WRITER]}),
        (label(7, max_values=2), {"x": [WRITER, BO]}, {"values": [WRITER, BO]}),
        (label(8, channel_types=[0]), {"x": [GAMES]}, {"values": [GAMES]}),
        (label(21, options=OPTIONS), {"x": "blue"}, {"value": "blue"}),
        (label(21, options=CHOSEN), {}, {"value": "red"}),
        (label(21, options=OPTIONS, required=False), {}, {"value": None}),
        (label(22, options=OPTIONS), {"x": ["red", "green", "blue"]}, {"values": ["red", "green", "blue"]}),
        (label(22, options=OPTIONS, required=False, min_values=0), {"x": []}, {"values": []}),
        (label(23), {}, {"value": False}),
        (label(23, default=True), {}, {"value": True}),
        (label(23), {"x": True}, {"value": True}),
        (label(19, required=False), {}, {"values": []}),
    ],
)
async def test_what_is_filled_in_comes_back_in_discords_form(
    asked: Wire, ana: Person, part: dict[str, Any], fields: dict[str, Any], sent: dict[str, Any]
) -> None:
    told = await fill(asked, ana, part, fields)
    (filled,) = told["data"]["components"]
    kind = part["component"]["type"]
    assert filled == {"type": 18, "id": 1, "component": {"type": kind, "id": 2, "custom_id": "x", **sent}}
    resolved = told["data"].get("resolved", {})
    if kind in {5, 6, 7, 8}:
        assert {one for found in resolved.values() for one in found} == set(sent["values"])
    else:
        assert resolved == {}


async def test_uploaded_files_are_resolved(asked: Wire, ana: Person, browser: aiohttp.ClientSession) -> None:
    one, other = [await upload(browser, ana.url, ANA, name) for name in ("a.txt", "b.txt")]
    ids = [one["id"], other["id"]]
    told = await fill(asked, ana, label(19, min_values=2, max_values=3), {"x": ids})
    assert told["data"]["components"][0]["component"]["values"] == ids
    files = told["data"]["resolved"]["attachments"]
    assert [files[file_id]["filename"] for file_id in ids] == ["a.txt", "b.txt"]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (label(4, style=1, min_length=3), "ab"),
        (label(4, style=1, max_length=3), "abcd"),
        (label(4, style=1), "  "),
        (label(3, options=OPTIONS), []),
        (label(3, options=OPTIONS), ["pink"]),
        (label(3, options=OPTIONS), "red"),
        (label(3, options=OPTIONS), {"red": 1}),
        (label(5), ["12"]),
        (label(8, channel_types=[2]), [GAMES]),
        (label(21, options=OPTIONS), None),
        (label(21, options=OPTIONS), "pink"),
        (label(21, options=OPTIONS), ["red"]),
        (label(22, options=OPTIONS, max_values=2), ["red", "green", "blue"]),
        (label(22, options=OPTIONS), []),
        (label(23), "yes"),
        (label(19), []),
        (label(19), ["12"]),
        (label(19), [7]),
    ],
)
async def test_a_modal_filled_wrongly_stays_open(
    asked: Wire, ana: Person, part: dict[str, Any], value: object
) -> None:
    await asked.answers(9, modal(part))
    shown = await ana.sees("INTERACTION_MODAL_CREATE")
    about = {"type": 5, "channel_id": WRITERS_ROOM, "interaction_id": shown["interaction_id"]}
    with pytest.raises(Refused) as refusal:
        await ana.interact(**about, fields={"x": value})
    assert list(refusal.value.body["errors"]) == ["fields.x"]
    assert asked.told[-1]["type"] == 2


async def test_a_classic_modal_and_a_text_display_come_back_in_place(asked: Wire, ana: Person) -> None:
    row = {"type": 1, "components": [{"type": 4, "custom_id": "t", "style": 1, "label": "Text"}]}
    await asked.answers(9, modal({"type": 10, "content": "Read this."}, row))
    shown = await ana.sees("INTERACTION_MODAL_CREATE")
    assert shown["components"][0]["content"] == "Read this."
    sent = [{"type": 1, "components": [{"type": 4, "custom_id": "t", "value": "words"}]}]
    about = {"type": 5, "channel_id": WRITERS_ROOM, "interaction_id": shown["interaction_id"]}
    await ana.interact(**about, components=sent)
    assert asked.told[-1]["data"]["components"] == [
        {"type": 10, "id": 1},
        {"type": 1, "id": 2, "components": [{"type": 4, "id": 3, "custom_id": "t", "value": "words"}]},
    ]


async def test_a_modal_closes_when_the_bot_has_answered_and_belongs_to_its_channel(
    asked: Wire, ana: Person, bo: Person
) -> None:
    await asked.answers(9, modal(label(23)))
    shown = await ana.sees("INTERACTION_MODAL_CREATE")
    about = {"type": 5, "channel_id": WRITERS_ROOM, "interaction_id": shown["interaction_id"]}
    for person, body, status in (
        (bo, about, 404),
        (ana, {**about, "channel_id": GAMES}, 400),
        (ana, {**about, "custom_id": "other"}, 400),
        (ana, {**about, "custom_id": []}, 400),
    ):
        with pytest.raises(Refused) as refusal:
            await person.interact(**body, fields={})
        assert refusal.value.status == status
    await ana.interact(**about, fields={})
    await asked.answers(4, {"content": "thanks"})
    with pytest.raises(Refused) as refusal:
        await ana.interact(**about, fields={})
    assert refusal.value.status == 404


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (None, "data"),
        ([], "data"),
        (modal(label(23), title="t" * 46), "data.title"),
        (modal(label(23), custom_id=""), "data.custom_id"),
        (modal(), "data.components"),
        (modal(*[{"type": 10, "content": "t"}] * 6), "data.components"),
        (modal({"type": 17}), "data.components.0.type"),
        (
            modal({"type": 1, "components": [{"type": 2, "custom_id": "b"}]}),
            "data.components.0.components.0.type",
        ),
        (modal({"type": 10, "content": ""}), "data.components.0.content"),
        (modal({"type": 18, "label": "l"}), "data.components.0.component"),
        (modal({**label(23), "label": "l" * 46}), "data.components.0.label"),
        (modal(label(2)), f"{INSIDE}.type"),
        (modal(label(4, style=3)), f"{INSIDE}.style"),
        (modal(label(4, style=1, min_length=9, max_length=8)), f"{INSIDE}.min_length"),
        (modal(label(4, style=1, value="x" * 9, max_length=8)), f"{INSIDE}.value"),
        (modal(label(3, options=[])), f"{INSIDE}.options"),
        (modal(label(3, options=OPTIONS, disabled=True)), f"{INSIDE}.disabled"),
        (modal(label(21, options=OPTIONS[:1])), f"{INSIDE}.options"),
        (
            modal(label(21, options=[CHOSEN[0], {**CHOSEN[1], "default": True}])),
            f"{INSIDE}.options",
        ),
        (modal(label(22, options=OPTIONS, max_values=4)), f"{INSIDE}.options"),
        (modal(label(22, options=OPTIONS, min_values=0)), f"{INSIDE}.min_values"),
        (modal(label(19, max_values=11)), f"{INSIDE}.max_values"),
        (modal(label(23), label(23)), "data.components.1.component.custom_id"),
        (modal({**label(23), "id": 7}, {"type": 10, "content": "t", "id": 7}), "data.components.1.id"),
    ],
)
async def test_a_modal_over_a_limit_is_named_by_its_field(asked: Wire, body: object, where: str) -> None:
    answer = await asked.answers(9, body)
    assert (answer.status, answer.body["code"]) == (400, 50035)
    errors = answer.body["errors"]
    for step in where.split("."):
        errors = errors[step]
    assert errors["_errors"]
