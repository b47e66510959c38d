"""Names of cards, where a text names one, and which lore a round is written from."""

from __future__ import annotations

import pytest

from bot.story import refusals as no
from bot.story.brief import Kind, Premise
from bot.story.commands import AddPremise, PinCard, WriteNote
from bot.story.lore import cards_of_round, is_named, leading_name, title_of
from tests.bot.building import ANA, add_premise, adopt, after, ask_round, record_take
from tests.bot.story.telling import opened, refusal_of, with_draft


def lore(text: str, *, name: str = "", aliases: tuple[str, ...] = ()) -> AddPremise:
    return AddPremise(at=2, by=ANA, kind=Kind.LORE, text=text, name=name, aliases=aliases)


def card(text: str, kind: Kind = Kind.LORE, **more: object) -> Premise:
    given = {"id": 1, "kind": kind, "text": text, "author": "1", "added_by": "1", **more}
    return Premise.model_validate(given)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mara, a well-digger who is afraid of the dark", "Mara"),
        ("Mara", "Mara"),
        ("The Lamp Guild: keepers of every light on the coast", "The Lamp Guild"),
        ("Dr. Anna Schmidt (54), a surgeon", "Dr. Anna Schmidt"),
        ("Old Tom is the pilot", "Old Tom"),
        ("李明，三十岁的医生", "李明"),
        ("小满是他的孙女", "小满"),
        ("灯会：守灯的人", "灯会"),
        ("They all wait for the rain to come", ""),
        ("这是一个关于许多人和他们的房子的很长的故事", "这"),
        ("…", ""),
        ("", ""),
    ],
)
def test_a_name_is_what_the_words_begin_with(text: str, name: str) -> None:
    assert leading_name(text) == name


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("The guild of lamps", False),
        ("Nobody trusts the LAMP GUILD.", True),
        ("(Lamp Guild)", True),
        ("the lamp guilds", False),
        ("a clamp guild", False),
        ("The keepers came", True),
        ("the timekeepers came, and then the keepers", True),
        ("", False),
    ],
)
def test_a_card_is_named_by_its_name_or_another_as_words_of_their_own(text: str, named: bool) -> None:  # noqa: FBT001 - a table's column
    guild = card("They keep the light.", name="Lamp Guild", aliases=("keepers",))
    assert is_named(guild, text) is named


def test_chinese_names_stand_between_other_signs() -> None:
    assert is_named(card("灯会：守灯的人"), "他加入了灯会吗？")
    assert not is_named(card("灯会：守灯的人"), "他点了灯。会议开始了。")


def test_a_theme_without_a_name_is_never_named() -> None:
    assert not is_named(card("What we owe the dead", Kind.THEME), "What we owe the dead")
    assert title_of(card("What we owe the dead", Kind.THEME)) == "What we owe the dead"


def test_lore_sleeps_until_something_names_it() -> None:
    room = opened(
        add_premise("Mara, who fled the Lamp Guild"),
        lore("The Lamp Guild: keepers of the light"),
        lore("The Salt Court: judges of the coast"),
        ask_round(),
    )
    assert room.rounds[0].premises == (1, 2)


def test_pinned_lore_is_in_every_round() -> None:
    guild = lore("The Lamp Guild: keepers of the light")
    room = opened(add_premise("Mara"), guild, PinCard(at=3, by=ANA, premise=2), ask_round())
    assert room.rounds[0].premises == (1, 2)


def test_a_note_and_the_draft_that_is_worked_on_wake_lore() -> None:
    room = opened(
        add_premise("Mara"),
        lore("The Lamp Guild: keepers of the light"),
        lore("The Salt Court: judges of the coast"),
        ask_round(),
        record_take(1, 0, "Mara is judged by the Salt Court."),
        record_take(1, 1),
        adopt(1, 0),
    )
    assert room.rounds[0].premises == (1,)
    noted = after(room, WriteNote(at=6, by=ANA, text="Bring in the Lamp Guild.", seed=8))
    assert noted.rounds[1].premises == (1, 2, 3)


def test_details_of_other_cards_wake_lore_too() -> None:
    room = opened(
        AddPremise.model_validate(
            {
                "at": 2,
                "by": ANA,
                "kind": Kind.CHARACTER,
                "text": "Mara",
                "details": {"want": "to join the lamp guild"},
            }
        ),
        lore("Lamp Guild: keepers of the light"),
    )
    assert cards_of_round(room) == (1, 2)


def test_a_room_of_sleeping_lore_has_nothing_to_write_from() -> None:
    room = opened(lore("The Lamp Guild: keepers of the light"))
    assert refusal_of(room, ask_round()) == no.NothingToWriteFrom()


def test_without_lore_a_round_is_written_from_all_cards_in_force() -> None:
    room = with_draft(add_premise("A dry valley", kind=Kind.SETTING))
    assert cards_of_round(room) == (1, 2)
