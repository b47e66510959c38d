"""The story is taken away as files, with everybody's credit and every take's receipt."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.chat.actions import exports
from bot.story.commands import KeepSecret
from bot.story.document.portable import Export
from bot.story.model import Person as Member
from tests.bot.chat.person import Person
from tests.bot.chat.reading import text_of
from tests.bot.chat.stage import Stage
from tests.bot.documents.reading import READERS, squeezed


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
    assert "## The canon: Synopsis, draft 2" in markdown
    for line in (
        "- Ana: opened the room; premises 1; picked up premises 2",
        "- Dee: premises 2; adopted drafts 2",
        "- Bo: notes 1; asked for rounds 1, 2; adopted drafts 1",
        "- scripted/model@\u2060abc123: round 1 take A, round 1 take B, round 2 take A, round 2 take B",
        "Picked up from a message by Ana.",
    ):
        assert line in markdown
    receipts = [take.receipt for one in kept.rounds for take in one.takes]
    assert len(receipts) == 4
    for receipt in receipts:
        assert f"- Seed: {receipt.seed}\n" in markdown
        assert f"- Prompt, SHA-256: {receipt.prompt_sha256}" in markdown
        assert f"{receipt.generated_tokens} generated" in markdown
    export = Export.model_validate_json(files["the-dry-well.json"])
    assert export.room == kept
    assert [event.type for event in export.events].count("TakeWritten") == 4
    assert [one.person.name for one in export.credit.people] == ["Ana", "Dee", "Bo"]


ENDINGS = {"md", "fountain", "fdx", "docx", "pdf", "epub", "json"}


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ("markdown", {"the-dry-well.md"}),
        ("both", {"the-dry-well.md", "the-dry-well.json"}),
        ("card", {"the-dry-well.png"}),
        (
            "everything",
            {f"the-dry-well.{'md' if each == 'markdown' else each}" for each in {*ENDINGS, "png"}},
        ),
        *((each, {f"the-dry-well.{each}"}) for each in sorted(ENDINGS - {"md"})),
    ],
)
async def test_one_may_choose_what_to_take_away(ana: Person, chosen: str, names: set[str]) -> None:
    room = await ana.opens("The Dry Well")
    asked = await ana.command(room, "export", format=chosen)
    files = await ana.downloads(await ana.private("Here it is", to=asked))
    assert set(files) == names
    assert all(files.values())


async def test_a_chinese_room_is_taken_away_in_chinese(chen: Person) -> None:
    room = await chen.opens("枯井")
    await chen.command(room, "premise add", kind="character", text="玛拉，一个怕黑的挖井人")
    asked = await chen.command(room, "export", format="everything")
    files = await chen.downloads(await chen.private("文件在这里", to=asked))
    assert {name.partition(".")[0] for name in files} == {"枯井"}
    assert files.pop("枯井.png").startswith(b"\x89PNG")
    for name, content in files.items():
        form = "markdown" if name.endswith("md") else name.partition(".")[2]
        assert "玛拉，一个怕黑的挖井人" in squeezed(READERS[form](content)), form


async def test_what_discord_does_not_take_is_named_and_the_rest_sent(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await ana.opens("The Dry Well")
    monkeypatch.setattr(exports, "FILE_LIMIT", 15_000)  # Discord's is 10 MB
    asked = await ana.command(room, "export", format="everything")
    ready = await ana.private("Here it is", to=asked)
    files = await ana.downloads(ready)
    assert {name.partition(".")[2] for name in files} == {"md", "fountain", "fdx", "json"}
    assert "Too big for Discord, so not sent: " in text_of(ready)
    assert all(f"the-dry-well.{each}" in text_of(ready) for each in ("docx", "pdf", "epub"))
    asked = await ana.command(room, "export", format="pdf")
    assert (await ana.private("Too big for Discord", to=asked))["attachments"] == []


async def test_a_title_without_letters_still_makes_a_file(ana: Person) -> None:
    room = await ana.opens("?!")
    asked = await ana.command(room, "export", format="markdown")
    assert set(await ana.files(await ana.private("Here it is", to=asked))) == {"story.md"}


async def test_a_settled_story_is_shown_with_its_card(room: str, bo: Person) -> None:
    notice = await bo.sees("That is the story.", room)
    cards = await bo.downloads(notice)
    assert set(cards) == {"the-dry-well.png"}
    picture = Image.open(io.BytesIO(cards["the-dry-well.png"]))
    assert (picture.format, picture.size) == ("PNG", (1200, 675))
    assert notice["attachments"][0]["description"] == "The Dry Well"


async def test_a_secret_is_in_nobodys_files_but_its_owners(ana: Person, bo: Person, stage: Stage) -> None:
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="character", text="Mara, a well-digger")
    kept = KeepSecret(at=1, by=Member(id=ana.id, name="Ana"), premise=1, text="She filled the well herself")
    assert (await stage.app.rooms.act(room, kept, operation="secret")).refusal is None
    for person, told in ((ana, True), (bo, False)):
        asked = await person.command(room, "export", format="everything")
        files = await person.downloads(await person.private("Here it is", to=asked))
        found = {name for name, content in files.items() if _says(name, content)}
        assert found == ({"the-dry-well.json"} if told else set())


def _says(name: str, content: bytes) -> bool:
    if name.endswith(".png"):
        return False  # nothing of a card but the title, the logline and names
    form = "markdown" if name.endswith("md") else name.partition(".")[2]
    return squeezed("She filled the well herself") in squeezed(READERS[form](content))


async def test_who_takes_a_pdf_is_told_of_letters_that_it_shows_as_boxes(ana: Person) -> None:
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="character", text="मारा, a well-digger")
    for form, told in (("pdf", True), ("docx", False)):
        ready = await ana.private("Here it is", to=await ana.command(room, "export", format=form))
        assert ("such as म र" in text_of(ready)) is told
        (name,) = await ana.downloads(ready)
        assert name.endswith(form)


async def test_the_tree_is_taken_away_as_svg(room: str, bo: Person) -> None:
    ready = await bo.private("Here it is", to=await bo.command(room, "export", format="tree"))
    ((name, content),) = (await bo.downloads(ready)).items()
    assert name == "the-dry-well.svg"
    assert "2: Synopsis, round 2 take A, Dee" in content.decode()
