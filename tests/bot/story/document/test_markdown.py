"""The Markdown of a room: everything is in it, in both languages, and nobody's words change its shape."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from string import Formatter

import pytest
from markdown_it import MarkdownIt

import bot.words
from bot.documents.forms import document
from bot.story import decide
from bot.story.bible import Details
from bot.story.brief import Kind
from bot.story.commands import AddPremise, AskRound, AskWork, Close, EditDraft
from bot.story.document import as_markdown
from bot.story.evolve import BrokenLog
from bot.story.levels import Level
from bot.story.works import Work, WorkKind
from bot.words import CHINESE, ENGLISH, LANGUAGES, words
from tests.bot.building import ANA, add_premise, adopt, ask_round, open_room, record_take
from tests.bot.story.bringing import bring
from tests.bot.story.document.stories import whole_story
from tests.bot.story.document.test_licences import written_by
from tests.bot.story.strategies import HOSTILE
from tests.bot.story.telling import story_of

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
EVIL = "# H\n- x\n\n```\n<b>[a](http://b.c)</b> @everyone\n\n| a |\n|---|\n\n---"


def shape(markdown: str) -> list[str]:
    """The document's own constructs; how many paragraphs and sentences a text has is its author's."""
    found = [
        f"{token.type}{token.tag}"
        for token in MARKDOWN.parse(markdown)
        if token.nesting == 1 and token.type != "paragraph_open"
    ]
    return [one for one, _ in groupby(found)]


def plain(markdown: str) -> str:
    """What a reader sees, without markup."""
    return "\n".join(
        "".join(child.content or "\n" for child in token.children or [])
        for token in MARKDOWN.parse(markdown)
        if token.type == "inline"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_words_do_not_change_the_shape_of_a_document(language: str) -> None:
    say = words(language).say
    _, log = whole_story()
    _, evil = whole_story(EVIL, name="**Ana**\n# [x](y) <@1>")
    assert shape(as_markdown(evil, say=say)) == shape(as_markdown(log, say=say))
    kinds = {token.type for token in MARKDOWN.parse(as_markdown(evil, say=say))}
    assert not kinds & {"fence", "code_block", "html_block", "table_open", "hr", "ordered_list_open"}
    inside = {
        child.type for token in MARKDOWN.parse(as_markdown(evil, say=say)) for child in token.children or []
    }
    assert not inside & {"link_open", "image", "html_inline", "s_open"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_holds_every_premise_take_note_name_and_receipt(language: str) -> None:
    room, log = whole_story()
    seen = plain(as_markdown(log, say=words(language).say))
    for premise in room.premises[:3]:
        assert premise.text in seen
    for one in room.rounds:
        assert str(one.seed) in seen
        for take in one.takes:
            assert take.text in seen
            for value in (take.receipt.model, take.receipt.prompt_sha256, take.receipt.finish_reason):
                assert value in seen
    assert all(note.text in seen for note in room.notes)
    assert all(name in seen for name in room.people.values())
    assert "writer_unavailable" in seen


def test_what_was_withdrawn_unused_is_not_shown() -> None:
    _, log = whole_story()
    assert "unused" not in as_markdown(log, say=words().say)


def test_a_wording_that_a_round_used_is_shown_beside_what_it_became() -> None:
    _, log = whole_story()
    seen = plain(as_markdown(log, say=words().say))
    assert "Plain words 3, changed" in seen
    assert "An earlier wording, from which these rounds were written: 1." in seen


def test_the_story_comes_first_and_is_the_canon() -> None:
    room, log = whole_story("The only text")
    markdown = as_markdown(log, say=words().say)
    canon = room.draft(room.canon)
    assert canon is not None
    assert markdown.index("## The canon: Synopsis, draft 3") < markdown.index("## Premises")
    assert f"## The canon: Synopsis, draft 3\n\n{room.text_of(canon)}\n" in markdown


def test_the_drafts_stand_as_a_tree() -> None:
    _, log = whole_story()
    markdown = as_markdown(log, say=words().say)
    assert (
        "- Draft 1: round 1, take A, adopted by Ana.\n"
        "  - Draft 2: round 2, take B, adopted by Bo.\n"
        "  - Draft 3: round 2, take A, adopted by Ana. Canon.\n"
    ) in markdown


def test_the_disclosure_names_the_models_and_says_what_people_did() -> None:
    _, log = whole_story()
    assert "written by Plain words, a-model. The people named here" in as_markdown(log, say=words().say)
    _, nothing = story_of(open_room())
    assert "No model has written anything" in as_markdown(nothing, say=words().say)


def test_the_credit_names_everybody_and_what_stands_behind_the_canon() -> None:
    _, log = whole_story()
    markdown = as_markdown(log, say=words().say)
    assert "- Ana: opened the room; premises 1; asked for rounds 1; adopted drafts 1, 3\n" in markdown
    assert (
        "- Bo: premises 3; picked up premises 2; notes 1; asked for rounds 2, 4; adopted drafts 2\n"
        in markdown
    )
    assert "- Cai 蔡: premises used and later withdrawn 2; asked for rounds 3\n" in markdown
    assert "### Behind the canon, draft 3\n\n- Line of drafts: 1, 3\n" in markdown


@pytest.mark.parametrize("words_typed", [text for text in HOSTILE if 0 < len(text.strip()) < 80])
def test_a_room_of_hostile_words_can_be_taken_away(words_typed: str) -> None:
    _, log = story_of(open_room(), add_premise(f"x{words_typed}"), Close(at=9, by=ANA))
    assert as_markdown(log, say=words().say).count("\n### ") == 3


def test_a_name_that_cannot_be_seen_gives_way_to_the_id() -> None:
    _, log = whole_story(name="\u200b")
    assert "By 1." in as_markdown(log, say=words().say)


def test_what_is_no_room_is_no_document() -> None:
    with pytest.raises(BrokenLog):
        as_markdown([], say=words().say)


def keys(language: str) -> dict[str, str]:
    """The document's own texts, read from their file."""
    file = Path(bot.words.__file__).with_name(f"document.{language}.toml")

    def flat(table: dict[str, object], prefix: str) -> Iterator[tuple[str, str]]:
        for key, value in table.items():
            if isinstance(value, dict):
                yield from flat(value, f"{prefix}{key}.")
            else:
                yield prefix + key, str(value)

    return dict(flat(tomllib.loads(file.read_text(encoding="utf-8")), ""))


def test_both_languages_have_the_same_texts_with_the_same_fields() -> None:
    english, chinese = keys(ENGLISH), keys(CHINESE)
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        fields = {field for _, field, _, _ in Formatter().parse(text) if field}
        assert fields == {field for _, field, _, _ in Formatter().parse(chinese[key]) if field}, key


def test_every_text_of_the_catalogue_is_said_somewhere() -> None:
    said: set[str] = set()

    def say(key: str, /, **values: object) -> str:
        said.add(key)
        return words().say(key, **values)

    _, log = whole_story()
    for length in range(1, len(log) + 1):
        as_markdown(log[:length], say=say)
    _, closed = story_of(open_room(), Close(at=9, by=ANA))
    as_markdown(closed, say=say)
    as_markdown(written_by("opt-175b", "opt-66b", "SmolLM2"), say=say)
    brought = decide(None, bring(log))
    assert isinstance(brought, tuple)
    document("epub", brought, say=say)
    _, levels = story_of(
        open_room(),
        AddPremise(
            at=2,
            by=ANA,
            kind=Kind.CHARACTER,
            text="A digger",
            name="Mara",
            aliases=("M",),
            details=Details(want="light", need="rest", flaw="fear"),
        ),
        ask_round(),
        record_take(1, 0),
        adopt(1, 0),
        EditDraft(at=6, by=ANA, draft=1, text="A woman digs."),
        AskWork(at=7, by=ANA, seed=1, work=Work(kind=WorkKind.INTERVIEW, text="Why?", character=1)),
        AskRound(at=8, by=ANA, seed=1, takes=1, level=Level.LOGLINE),
        record_take(3, 0, "She digs."),
        adopt(3, 0),
    )
    as_markdown(levels, say=say)
    assert {key for key in said if key.startswith("document.")} == set(keys(ENGLISH))
