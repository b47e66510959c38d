"""What was sent, as a person may see it."""

from __future__ import annotations

import hashlib

from bot.story.bible import Secret
from bot.story.commands import DropSecret, KeepSecret
from bot.story.sent import Origin, Sent, SentPiece, masked_for
from tests.bot.building import ANA, BO, add_premise, after
from tests.bot.story.telling import opened

SENT = Sent(
    pieces=(
        SentPiece(text="Mara.", origin=Origin.CARD, card=1),
        SentPiece(
            text=" Secret: she is dead.",
            origin=Origin.SECRET,
            card=1,
            owner=ANA.id,
            secret=Secret(text="she is dead", owner=ANA.id).digest,
        ),
    )
)


def texts(viewer: str | None, *, shared_with: tuple[str, ...] = ()) -> list[str]:
    room = opened(
        add_premise("Mara"),
        KeepSecret(at=3, by=ANA, premise=1, text="she is dead", shared_with=shared_with, model=True),
    )
    return [piece.text for piece in masked_for(SENT, room, viewer).pieces]


def test_the_pieces_joined_are_what_was_sent() -> None:
    assert SENT.text == "Mara. Secret: she is dead."
    assert SENT.sha256 == hashlib.sha256(SENT.text.encode()).hexdigest()


def test_a_secret_is_shown_to_its_owner_and_to_those_it_is_shared_with() -> None:
    assert texts(ANA.id)[1] == " Secret: she is dead."
    assert texts(BO.id, shared_with=(BO.id,))[1] == " Secret: she is dead."


def test_for_all_others_not_even_its_length_is_there() -> None:
    assert texts(BO.id) == ["Mara.", ""]
    assert texts(None, shared_with=(BO.id,)) == ["Mara.", ""]


def test_earlier_words_of_a_secret_are_not_shown_to_those_it_was_shared_with_later() -> None:
    room = opened(
        add_premise("Mara"),
        KeepSecret(at=3, by=ANA, premise=1, text="she is dead", model=True),
        KeepSecret(at=4, by=ANA, premise=1, text="she sings", shared_with=(BO.id,), model=True),
    )
    assert masked_for(SENT, room, BO.id).pieces[1].masked
    assert not masked_for(SENT, room, ANA.id).pieces[1].masked


def test_a_secret_that_was_deleted_is_its_owners_alone_again() -> None:
    room = opened(add_premise("Mara"), KeepSecret(at=3, by=ANA, premise=1, text="x", shared_with=(BO.id,)))
    room = after(room, DropSecret(at=4, by=ANA, premise=1))
    assert masked_for(SENT, room, BO.id).pieces[1].masked
    assert not masked_for(SENT, room, ANA.id).pieces[1].masked
