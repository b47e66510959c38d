"""The tree, comparing, taking back and credit, as people meet them on Discord."""

from __future__ import annotations

import pytest

from bot.story.commands import Adopt, EditDraft
from bot.story.model import Person as Member
from tests.bot.chat.person import Person
from tests.bot.chat.reading import is_private, labels, options, text_of
from tests.bot.chat.stage import Stage


@pytest.fixture
async def room(ana: Person, bo: Person, stage: Stage) -> str:
    """A room with a written round of two takes, of which Ana adopted A and then Bo B."""
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.command(room, "synopsis", takes=2, seed=4)
    await bo.sees("Written.", room)
    for take, by in enumerate((Member(id=ana.id, name="Ana"), Member(id=bo.id, name="Bo"))):
        adopt = Adopt(at=1, by=by, round=1, take=take, seen=1000)
        assert (await stage.app.rooms.act(room, adopt, operation=f"adopt-{take}")).events
    return room


async def test_the_tree_is_a_picture_for_everybody_and_svg_for_who_wants_it(
    room: str, ana: Person, bo: Person
) -> None:
    await ana.command(room, "tree")
    tree = await bo.sees("Drafts of The Dry Well", room)
    (picture,) = tree["attachments"]
    assert picture["filename"] == "tree.png"
    assert "2: Synopsis, round 1 take B, Bo [current]" in picture["description"]
    assert (await bo.downloads(tree))["tree.png"].startswith(b"\x89PNG")
    await bo.press("As SVG", tree)
    given = await bo.private("The tree as SVG")
    assert b"2: Synopsis, round 1 take B, Bo" in (await bo.downloads(given))["tree.svg"]


async def test_one_draft_is_shown_to_who_chose_it_and_branched_at_for_everybody(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await ana.command(room, "tree")
    tree = await bo.sees("Drafts of The Dry Well", room)
    assert [each["label"] for each in options(tree)] == ["Draft 1", "Draft 2"]
    await bo.choose("Draft 1", tree)
    one = await bo.private("1: Synopsis, round 1 take A, Ana")
    assert labels(one) == ["Branch here", "Compare with the current draft"]
    await bo.press("Branch here", one)
    told = await ana.sees("**Bo** branches at **draft 1**.", room)
    assert (await stage.room(room)).current == 1
    await ana.press("Note", told)
    await ana.submit(text="The ending is too neat.")
    refined = await ana.sees("Round 2: 2 takes on the note", room)
    await ana.sees("Round 2: 2 takes on the note “The ending is too neat.”**\nWritten.", room)
    await ana.press("Adopt A", refined)
    await ana.board(room, "Draft 3, from take A")
    assert (await stage.room(room)).drafts[2].parent == 1


async def test_branching_at_the_current_draft_offers_the_note_at_once(
    room: str, ana: Person, bo: Person
) -> None:
    await ana.command(room, "tree")
    await bo.sees("Drafts of The Dry Well", room)
    await bo.choose("Draft 2")
    await bo.press("Branch here")
    here = await bo.private("Draft 2 is the current one")
    assert labels(here) == ["Note"]


async def test_a_tree_without_drafts_says_what_to_do(ana: Person) -> None:
    room = await ana.opens("An empty one")
    await ana.command(room, "tree")
    await ana.private("There is no draft yet.")


async def test_two_drafts_are_compared_word_by_word_for_who_asks(room: str, ana: Person, bo: Person) -> None:
    await bo.command(room, "compare", a="1", b="2")
    compared = await bo.private("**Draft 1** → **Draft 2**")
    assert "~~" in text_of(compared)
    assert "**" in compared["embeds"][0]["description"]
    assert is_private(compared)
    await bo.command(room, "compare", a="1a", b="1B")
    await bo.private("**Round 1, take A** → **Round 1, take B**")
    assert not [each for each in ana.messages() if "→" in text_of(each) and not is_private(each)]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"a": "2"}, "That is one and the same text."),
        ({"a": "1A", "b": "1"}, "say the same, word for word"),
        ({"a": "9"}, "I know no text “9” here."),
        ({"a": "@everyone"}, "I know no text “everyone” here."),
        ({"a": "1Z", "b": "2"}, "I know no text “1Z” here."),
        ({}, "Draft 2 grew from no other draft."),
    ],
)
async def test_what_cannot_be_compared_is_said_in_a_sentence(
    room: str, bo: Person, given: dict[str, str], told: str
) -> None:
    await bo.command(room, "compare", **given)
    await bo.private(told)


async def test_texts_to_compare_are_suggested_newest_first(room: str, bo: Person) -> None:
    found = await bo.suggestions(room, "compare", a="")
    assert [each["value"] for each in found] == ["2", "1", "1A", "1B"]
    found = await bo.suggestions(room, "compare", b="take b")
    assert [each["value"] for each in found] == ["2", "1B"]


async def test_long_texts_are_compared_in_pages_and_as_a_file(room: str, bo: Person, stage: Stage) -> None:
    text = " ".join(f"The {n}th well is dug by Mara." for n in range(300))
    edit = EditDraft(at=1, by=Member(id=bo.id, name="Bo"), draft=2, text=text)
    assert (await stage.app.rooms.act(room, edit, operation="edit")).events
    await bo.command(room, "compare", a="2")
    first = await bo.private("Page 1 of")
    file = await bo.private("The whole comparison, with colours.")
    page = (await bo.files(file))["comparison.html"]
    assert "<ins>" in page
    assert "The 299th well" in page
    await bo.press(labels(first)[-1], first)
    second = await bo.private("Page 2 of")
    assert second["id"] == first["id"]


async def test_what_one_did_is_taken_back_and_done_again(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await bo.command(room, "undo")
    told = await ana.sees("**Bo** took back: draft 2 was adopted. Draft 1 is the current one now.", room)
    await ana.board(room, "Draft 1, from take A")
    assert (await stage.room(room)).current == 1
    await bo.press("Do it again after all", told)
    await ana.sees(
        "**Bo** did it again after all: draft 2 was adopted. Draft 2 is the current one now.", room
    )
    assert (await stage.room(room)).current == 2


async def test_taking_back_is_refused_where_somebody_built_on_it(room: str, ana: Person, bo: Person) -> None:
    await ana.command(room, "note add", text="Darker")
    await bo.sees("Darker", room)
    await bo.command(room, "undo")
    await bo.private("Ana has worked on from draft 2 since, so it stays.")


async def test_who_did_nothing_is_told_what_there_is_instead(room: str, chen: Person) -> None:
    await chen.command(room, "undo")
    await chen.private("这里没有你做过、可以撤销的事。")


async def test_what_one_may_take_back_is_suggested(room: str, ana: Person, bo: Person, chen: Person) -> None:
    found = {who: await who.suggestions(room, "undo", act="") for who in (ana, bo, chen)}
    named = {who: [each["name"] for each in choices] for who, choices in found.items()}
    assert named[bo] == ["Bo: draft 2 was adopted."]
    assert named[ana] == ["Bo: draft 2 was adopted.", "Ana: draft 1 was adopted.", "Ana: card 1 was added."]
    assert named[chen] == []


async def test_an_undo_delivered_twice_takes_back_once(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    sent = await bo.command(room, "undo")
    await ana.sees("**Bo** took back", room)
    before = (await stage.room(room)).revision
    await stage.redeliver(sent)
    await bo.command(room, "tree")
    await bo.sees("Drafts of The Dry Well", room)
    assert (await stage.room(room)).revision == before


async def test_credit_is_a_sheet_a_picture_and_a_disclosure(room: str, bo: Person, chen: Person) -> None:
    await bo.command(room, "credits")
    shares = await bo.private("Credit for draft 2 of The Dry Well")
    assert "Ana: 3%, words: 4 (4 out of premises and notes)" in text_of(shares)
    assert "(model): 97%, words: 138" in text_of(shares)
    (picture,) = shares["attachments"]
    assert "Ana: 3%" in picture["description"]
    assert (await bo.downloads(shares))["credits.png"].startswith(b"\x89PNG")
    assert labels(shares) == ["By sentence", "Disclosure text"]
    await bo.press("By sentence", shares)
    sentences = await bo.private("(round 1, take B)")
    assert "1. " in text_of(sentences)
    await bo.press("Disclosure text", sentences)
    await bo.private("97% of its words were written by generative AI")
    await chen.command(room, "credits", draft=1)
    await chen.private("《The Dry Well》第 1 稿的署名")


async def test_the_buttons_work_after_a_restart(room: str, ana: Person, bo: Person, stage: Stage) -> None:
    await bo.command(room, "undo")
    told = await bo.sees("**Bo** took back", room)
    await ana.command(room, "tree")
    tree = await bo.sees("Drafts of The Dry Well", room)
    await stage.restart()
    await bo.press("Do it again after all", told)
    await ana.sees("**Bo** did it again after all", room)
    await bo.choose("Draft 1", tree)
    await bo.private("1: Synopsis, round 1 take A, Ana")


async def test_every_draft_of_many_can_be_gone_back_to(room: str, bo: Person, stage: Stage) -> None:
    for number in range(2, 32):
        edit = EditDraft(at=1, by=Member(id=bo.id, name="Bo"), draft=number, text=f"Text {number}.")
        assert (await stage.app.rooms.act(room, edit, operation=f"edit-{number}")).events
    await bo.command(room, "premise add", kind="twist", text="The rain is salt")
    await bo.press("Drafts", await bo.board(room, "Draft 32"))
    newest = await bo.private("Choose the draft to go back to")
    assert [each["label"] for each in options(newest)][-1] == "Draft 32 (current)"
    await bo.press(labels(newest)[0], newest)
    await bo.until(lambda: options(bo.now(newest))[0]["label"] == "Draft 1")
    await bo.choose("Draft 1", newest)
    await bo.sees("**Bo** went back to **draft 1**.", room)
