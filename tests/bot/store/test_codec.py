"""What is stored can be read back, is small, and names its dictionary."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.codec import _dictionary as dictionary
from bot.store.codec import decode, encode
from bot.story.brief import Kind
from bot.story.events import PremiseAdded, RoomClosed
from tests.bot.building import ANA

RELEASED = 0xE546673B


@given(st.text(min_size=1, max_size=1500))
def test_whatever_people_write_is_read_back(text: str) -> None:
    event = PremiseAdded(
        at=1, by=ANA, premise=1, kind=Kind.TWIST, text=text.encode("utf-8", "replace").decode()
    )
    assert PremiseAdded.model_validate(decode(encode(event))) == event


def test_a_small_event_is_stored_in_a_fraction_of_its_json() -> None:
    event = RoomClosed(at=1_790_000_123_456, by=ANA)
    assert len(encode(event)) < 0.6 * len(event.model_dump_json())


def test_a_released_dictionary_is_never_changed() -> None:
    # Rooms that were stored with it could not be read any more. Add another instead.
    assert zlib.adler32(dictionary("1")) == RELEASED


@pytest.mark.parametrize("stored", [b"", b"{}", b"x" * 40, zlib.compress(b"{}")])
def test_other_bytes_are_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match=r"stored model|dictionary"):
        decode(stored)


def test_an_unknown_dictionary_is_named() -> None:
    packer = zlib.compressobj(zdict=b"another dictionary")
    with pytest.raises(ValueError, match="unknown dictionary"):
        decode(packer.compress(b"{}") + packer.flush())
