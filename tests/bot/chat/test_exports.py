"""The story is taken away as files, with everybody's credit and every take's receipt."""

from __future__ import annotations

import pytest

from bot.story.document.portable import Export
from tests.bot.chat.person import Person
from tests.bot.chat.stage import Stage


@pytest.fixture
async def room(ana: Person, bo: Person, dee: Person) -> str:
    """A locked room to which everybody brought something."""
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.menu("Add to the story", await dee.says(room, "The well answers"))
    await ana.submit(kind="twist")
    await ana.board(room, "**2** Twist: The well answers (Dee)")
    await bo.command(room, "synopsis", takes=2, seed=4)
    await bo.press("Adopt B")
    await bo.board(room, "Draft 1")
    await bo.press("Note")
    await bo.submit(text="The ending is too neat.")
    refined = await dee.sees("too neat.”**\nWritten.", room)
    await dee.press("Adopt A", refined)
    await ana.board(room, "Draft 2")
    await ana.command(room, "room lock")
    await ana.board(room, "Canon: draft 2")
    return room


async def test_the_document_credits_everybody_and_has_every_receipt(
    room: str, bo: Person, stage: Stage
) -> None:
    await bo.press("Export", await bo.board(room))
    ready = await bo.private("Here it is, with everybody's credit and every take's receipt.")
    files = await bo.files(ready)
    assert set(files) == {"the-dry-well.md", "the-dry-well.json"}
    markdown = files["the-dry-well.md"]
    kept = await stage.room(room)
    assert "## The canon: draft 2" in markdown
    for line in (
        "- **Ana**: opened the room; premises 1; picked up premises 2",
        "- **Dee**: premises 2; adopted drafts 2",
        "- **Bo**: notes 1; asked for rounds 1, 2; adopted drafts 1",
        "- `scripted/model@abc123`: round 1 take A, round 1 take B, round 2 take A, round 2 take B",
        "Picked up from a message by Ana.",
    ):
        assert line in markdown
    receipts = [take.receipt for one in kept.rounds for take in one.takes]
    assert len(receipts) == 4
    for receipt in receipts:
        assert f"- Seed: {receipt.seed}\n" in markdown
        assert f"- Prompt, SHA-256: `{receipt.prompt_sha256}`" in markdown
        assert f"{receipt.generated_tokens} generated" in markdown
    export = Export.model_validate_json(files["the-dry-well.json"])
    assert export.room == kept
    assert [event.type for event in export.events].count("TakeWritten") == 4
    assert [one.person.name for one in export.credit.people] == ["Ana", "Dee", "Bo"]


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ("markdown", {"the-dry-well.md"}),
        ("json", {"the-dry-well.json"}),
        ("both", {"the-dry-well.md", "the-dry-well.json"}),
    ],
)
async def test_one_may_choose_what_to_take_away(ana: Person, chosen: str, names: set[str]) -> None:
    room = await ana.opens("The Dry Well")
    asked = await ana.command(room, "export", format=chosen)
    assert set(await ana.files(await ana.private("Here it is", to=asked))) == names


async def test_a_title_without_letters_still_makes_a_file(ana: Person) -> None:
    room = await ana.opens("?!")
    asked = await ana.command(room, "export", format="markdown")
    assert set(await ana.files(await ana.private("Here it is", to=asked))) == {"story.md"}
