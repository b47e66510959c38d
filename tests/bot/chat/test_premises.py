"""Premises come in three ways."""

from __future__ import annotations

from tests.bot.chat.person import Person


async def test_a_premise_is_told_to_the_room(ana: Person, bo: Person) -> None:
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await bo.sees("**Ana** added Setting **1**: A valley without rain")
    await bo.board(room, "A valley without rain (Ana)")

async def test_a_round(ana: Person, bo: Person) -> None:
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.press("Write takes")
    m = await ana.sees("Written.")
    print([m.get("content") for m in ana.versions(m)])
    await bo.press("Adopt A")
    print([x['content'] for x in ana.messages()])
