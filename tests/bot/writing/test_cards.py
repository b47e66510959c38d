"""Cards in a document: details, secrets, where each piece comes from, and what a book of cards leaves out."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PromptTooLong
from bot.story.bible import Details
from bot.story.brief import Brief, Kind, Language
from bot.story.commands import AddPremise, Command, KeepSecret, PinCard, WriteNote
from bot.story.room import Room
from bot.story.sent import Origin
from bot.writing.budget import Fitted, Window, fit
from bot.writing.document import Document, document_of
from bot.writing.origins import sent_of
from bot.writing.program import Programs
from tests.bot.building import ANA, BO, adopt, after, ask_round, open_room, record_take
from tests.bot.writing.rooms_at_hand import LIGHTHOUSE
from tests.bot.writing.test_budget import Counter, size

PROGRAMS = Programs()
BRIEF = Brief(title="The Well")
CHINESE = Brief(title="井", language=Language.CHINESE)


def card(text: str, kind: Kind = Kind.CHARACTER, **more: object) -> AddPremise:
    return AddPremise.model_validate({"at": 2, "by": ANA, "kind": kind, "text": text, **more})


def asked(*commands: Command, brief: Brief = BRIEF) -> Room:
    return after(None, open_room(brief=brief), *commands, ask_round())


def document(room: Room) -> Document:
    one = room.rounds[-1]
    return document_of(PROGRAMS.for_round(room, one), room, one)


async def fitted(room: Room, window: int = 100_000) -> Fitted:
    return await fit(document(room), Window(window, 100), Counter())


MARA = card("Mara, a well-digger", details=Details(want="water", need="to be forgiven", flaw="she lies."))


def test_what_drives_a_character_follows_their_words() -> None:
    text = document(asked(MARA)).text
    assert "Characters: Mara, a well-digger. Wants: water. Needs: to be forgiven. Flaw: she lies.\n" in text


def test_it_does_in_chinese_too() -> None:
    mara = card("玛拉，挖井人", details=Details(want="水", flaw="爱撒谎。"))
    assert "人物设定：玛拉，挖井人。想要：水。弱点：爱撒谎。\n" in document(asked(mara, brief=CHINESE)).text


def test_a_name_that_the_words_do_not_have_stands_before_them() -> None:
    lore = card("They keep every light on the coast.", Kind.LORE, name="Lamp Guild")
    room = asked(lore, PinCard(at=3, by=ANA, premise=1))
    assert "World: Lamp Guild: They keep every light on the coast.\n" in document(room).text


@pytest.mark.parametrize(
    ("shared_with", "model", "sent"),
    [((), False, False), (("2",), False, False), ((), True, True), (("2",), True, True)],
)
def test_a_secret_is_written_into_a_prompt_only_where_the_model_is_told(
    shared_with: tuple[str, ...],
    model: bool,  # noqa: FBT001 - a table's column
    sent: bool,  # noqa: FBT001 - as above
) -> None:
    secret = KeepSecret(
        at=3, by=ANA, premise=1, text="She drowned long ago", shared_with=shared_with, model=model
    )
    one = document(asked(card("Mara"), secret))
    assert ("Characters: Mara. Secret: She drowned long ago.\n" in one.text) is sent
    assert ("drowned" in one.text) is sent
    assert ("drowned" in one.brief) is sent, "a take may rightly tell what the model was told"


@given(
    st.sampled_from(["###", "\n\nSynopsis: ", "Title: x", "“", "{}", "```", "</s>"]),
    st.sampled_from(Language),
)
def test_details_and_secrets_never_change_the_shape_of_the_document(words: str, language: Language) -> None:
    brief = Brief(title="T", language=language)
    told = [f"a{words}b", "a b"]
    rooms = [
        asked(
            card("Mara", details=Details(want=each), name=each),
            KeepSecret(at=3, by=ANA, premise=1, text=each, model=True),
            brief=brief,
        )
        for each in told
    ]
    assert document(rooms[0]).text.count("\n") == document(rooms[1]).text.count("\n")
    assert document(rooms[0]).text.count("###") == document(rooms[1]).text.count("###")


async def test_every_piece_says_where_it_comes_from() -> None:
    room = asked(
        MARA,
        card("Lamp Guild: keepers", Kind.LORE),
        PinCard(at=3, by=ANA, premise=2),
        KeepSecret(at=3, by=ANA, premise=1, text="She is dead", model=True),
    )
    room = after(room, record_take(1, 0, "Mara digs."), record_take(1, 1), adopt(1, 0))
    room = after(room, WriteNote(at=6, by=BO, text="Darker.", seed=8))
    sent = sent_of(await fitted(room))
    assert sent.text == document(room).text
    found = {(piece.origin, piece.card): piece.text for piece in sent.pieces}
    assert found[Origin.TITLE, None]
    assert found[Origin.CARD, 1].startswith("Mara, a well-digger. Wants: water.")
    assert found[Origin.SECRET, 1] == " Secret: She is dead."
    assert found[Origin.LORE, 2] == "Lamp Guild: keepers"
    assert "Darker." in found[Origin.NOTE, None]
    assert found[Origin.DRAFT, None] == "Mara digs."
    assert [piece.owner for piece in sent.pieces if piece.origin is Origin.SECRET] == [ANA.id]
    assert sent.pieces[0].origin is Origin.EXAMPLE


async def test_lore_goes_first_where_the_window_is_short() -> None:
    lore = [card(f"Guild {n}: keepers of light number {n}", Kind.LORE) for n in range(3)]
    room = asked(card("Mara of Guild 0, Guild 1 and Guild 2"), *lore, PinCard(at=3, by=ANA, premise=3))
    whole = size(document(room))
    one = await fitted(room, whole - 1)
    assert (one.left_out, one.shortened) == ((2,), 0)
    both = await fitted(room, whole - 14)
    assert both.left_out == (2, 4), "pinned lore stays as long as other cards do"
    assert PROGRAMS.for_round(room, room.rounds[0]).examples[0].title in both.text


async def test_a_secret_goes_as_soon_as_its_card_is_cut() -> None:
    room = asked(
        card("Mara is old. " + "She counts the gulls every morning. " * 8),
        KeepSecret(at=3, by=ANA, premise=1, text="She is dead", model=True),
        card("A valley", Kind.SETTING),
    )
    with_one_example = (await fitted(room, size(document(room)) - 1)).tokens
    cut = await fitted(room, with_one_example - 1)
    assert "Characters: Mara is old.\n" in cut.text
    assert "dead" not in cut.text
    assert cut.shortened == 1


def book(count: int, length: int = 1400) -> Room:
    """A room of so many cards of every kind that sleeps not, each as long as cards get."""
    kinds = [kind for kind in Kind if kind is not Kind.LORE]
    prose = "And then the rain came over the hill and nobody was ready for it at all. " * 20
    cards = [card(f"Card {n} is here. {prose}"[:length], kinds[n % len(kinds)]) for n in range(count)]
    return asked(*cards, brief=LIGHTHOUSE)


async def test_of_five_hundred_cards_the_window_takes_what_it_can_of_every_kind() -> None:
    room = after(book(500), PinCard(at=4, by=ANA, premise=250))
    counter = Counter()
    began = time.perf_counter()
    one = await fit(document(room), Window(1500, 100), counter)
    seconds = time.perf_counter() - began
    assert one.tokens <= 1500
    assert counter.asked <= 4
    kept = set(range(1, 501)) - set(one.left_out)
    assert {250, 500} <= kept, "the pinned one and the newest stay"
    assert {1, 2, 3, 4, 5, 6} <= kept, "of every kind the first ones stay"
    assert len(kept) > 40
    for label in ("Characters", "Scene", "Logline", "Conflict", "Theme", "Twist"):
        assert f"\n{label}:" in one.text
    assert seconds < 10, "the rule is not slow even where a tokenizer in Python counts"


async def test_a_label_goes_with_its_last_card() -> None:
    room = asked(card("A theme", Kind.THEME), card("Mara"))
    with_one_example = (await fitted(room, size(document(room)) - 1)).tokens
    one = await fitted(room, with_one_example - 1)
    assert "Theme" not in one.text.rpartition("###")[2]
    assert one.left_out == (1,)


async def test_a_newest_card_over_the_window_is_too_long_even_among_five_hundred() -> None:
    with pytest.raises(PromptTooLong):
        await fitted(book(500), 150)


async def test_cards_that_the_note_names_stay_before_others() -> None:
    cards = [card(f"Person{n}, who {'walks and talks ' * 30}") for n in range(30)]
    room = after(asked(*cards), record_take(1, 0, "Nothing."), record_take(1, 1), adopt(1, 0))
    room = after(room, WriteNote(at=6, by=BO, text="More of Person17 and Person21, please.", seed=8))
    one = await fitted(room, 420)
    kept = set(range(1, 31)) - set(one.left_out)
    assert one.left_out
    assert {18, 22, 30} <= kept
