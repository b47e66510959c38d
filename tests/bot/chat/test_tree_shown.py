"""The tree, a comparison and credit as Discord is sent them: within its limits, and no words do anything."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.render.comparing import Compared, comparison, comparison_pages
from bot.chat.render.credits import disclosure_message, sentences_message, shares_message
from bot.chat.render.shown import EMBED_LIMIT, MESSAGE_LIMIT, Shown
from bot.chat.render.tree import draft_menu, draft_view, tree_message
from bot.story.credit import credit_of
from bot.story.diff import compare
from bot.story.room import Draft
from bot.words import LANGUAGES, words
from tests.bot.documents.test_trees_and_credits import tree_room
from tests.bot.story.strategies import HOSTILE
from tests.bot.story.telling import opened

SAY = words()
texts = st.lists(
    st.one_of(
        st.sampled_from(
            ("Mara digs. ", "她走了。", "**bold** ", "~~x~~", "__y__", "\n\n", "*", "_", "\\", "@everyone ")
        ),
        st.sampled_from([text for text in HOSTILE if len(text) < 200]),
        st.text(max_size=12),
    ),
    max_size=20,
).map("".join)


def compared(before: str, after: str) -> Compared:
    return Compared(("Draft 1", "Draft 2"), ("1", "2"), compare(before, after))


def fits(shown: Shown) -> None:
    sent = shown.sent()
    assert len(sent["content"] or "") <= MESSAGE_LIMIT
    assert all(0 < len(embed.description or "") <= EMBED_LIMIT for embed in sent["embeds"])
    assert len(shown.rows) <= 5
    for row in shown.rows:
        assert all(len(str(item.custom_id)) <= 100 for item in row)


@settings(max_examples=60, deadline=None)
@given(texts, texts)
def test_a_comparison_fits_and_pings_nobody(before: str, after: str) -> None:
    one = compared(before, after)
    for page in range(len(comparison_pages(one.pieces))):
        shown = comparison(opened(), one, page, SAY)
        fits(shown)
        assert not re.search(r"@everyone|@here|<[@#]\d", shown.embeds[0].description or "")


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Mara digs a well.", "Mara digs a deep well.", "Mara digs a **deep** well."),
        ("李明走进图书馆。", "李明走进图书室。", "李明走进图书~~馆~~\u200b**室**。"),
        ("He left.\n\nShe ran.", "He left.\n\nShe slept.", "He left.\n\nShe ~~ran~~\u200b**slept**."),
        ("a *b* c", "a *b* d", "a \\*b\\* ~~c~~\u200b**d**"),
        (
            "The old rain comes back. Nobody thanks her.",
            "Nobody thanks her. The old rain comes back.",
            "*The old rain comes back. ⤵* Nobody thanks her. __The old rain comes back. ⤴__",
        ),
    ],
)
def test_changes_are_marked_as_people_read_them(before: str, after: str, shown: str) -> None:
    assert comparison_pages(compare(before, after)) == [shown]


def test_a_long_comparison_has_pages_that_are_all_of_it() -> None:
    after = " ".join(f"The {n}th well is dug." for n in range(900))
    pages = comparison_pages(compare("Nothing yet", after))
    assert len(pages) > 3
    assert all(len(page) <= EMBED_LIMIT for page in pages)
    for n in (0, 450, 899):
        assert sum(f"{n}th well" in page for page in pages) >= 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 3, 30, 200])
def test_the_tree_of_any_room_fits_a_message(count: int, language: str) -> None:
    say = words(language)
    for name in ("Ana", "```x``` **y** @everyone", "李" * 100, "\u202egnp"):
        room = tree_room(count, name=name, title="The **Well** @everyone")
        shown = tree_message(room, say, b"")
        fits(shown)
        assert len(shown.pictures[0].file().description or "") <= 1024
        assert "@everyone" not in shown.text


def test_every_draft_can_be_chosen_page_by_page() -> None:
    room = tree_room(60)
    found = set()
    for page in range(3):
        menu = draft_menu(room, SAY, page)[0][0]
        found |= {int(option.value) for option in menu.options}  # type: ignore[union-attr]  # a select
    assert found == set(range(1, 61))


@settings(max_examples=40, deadline=None)
@given(texts)
def test_a_draft_and_its_credit_fit_whatever_it_says(text: str) -> None:
    if not text.strip():
        return
    drafts = (
        Draft(number=1, text="A woman digs.", adopted_by="1", revision=3),
        Draft(number=2, parent=1, text=text * 12, adopted_by="2", revision=4),
    )
    room = opened().model_copy(update={"drafts": drafts, "current": 1, "people": {"2": "**Bo** @here"}})
    fits(draft_view(room, drafts[1], SAY))
    sheet = credit_of(room, drafts[1])
    fits(shares_message(room, sheet, SAY, b""))
    for page in range(50):
        shown = sentences_message(room, sheet, page, SAY)
        fits(shown)
    fits(disclosure_message(room, sheet, SAY))
