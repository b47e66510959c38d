"""The requests of a take, kept by what each had that the one before had not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.story.requested import Asking, Requests, parted, requests_of
from bot.story.sent import NOTHING_SENT, Origin, Sent, SentPiece

PARTS = st.lists(
    st.tuples(st.text("ab 井\n", max_size=4), st.sampled_from([Origin.LEAD, Origin.WRITTEN, Origin.DRAFT])),
    max_size=5,
)


def behind(parts: list[tuple[str, Origin]]) -> Sent:
    found = NOTHING_SENT
    for text, origin in parts:
        found = found.then(text, origin)
    return found


@given(st.lists(PARTS.map(behind), min_size=1, max_size=6))
def test_whatever_was_asked_is_read_again_as_it_was(asked: list[Sent]) -> None:
    kept = requests_of([Asking(each, {"seed": at}) for at, each in enumerate(asked)])
    read = Requests.model_validate_json(kept.model_dump_json(exclude_none=True))
    assert list(read.behind()) == asked
    assert [one.parameters["seed"] for one in read.requests] == list(range(len(asked)))


@given(PARTS.map(behind), PARTS.map(behind))
def test_a_text_is_parted_where_it_leaves_another(before: Sent, now: Sent) -> None:
    kept, more = parted(before, now)
    assert behind([(piece.text, piece.origin) for piece in (*kept, *more)]) == now
    shared = Sent(pieces=kept).text
    assert before.text.startswith(shared)
    ahead, rest = before.text[len(shared) :], Sent(pieces=more).text
    goes_the_same_way = bool(rest) and ahead[:1] == rest[:1]
    assert not goes_the_same_way or _origin_at(before, len(shared)) != more[0].origin


def test_only_what_is_new_is_kept() -> None:
    first = NOTHING_SENT.then(" Mara digs.", Origin.WRITTEN)
    kept = requests_of([Asking(first, {}), Asking(first.then(" Tom", Origin.LEAD), {}), Asking(first, {})])
    assert [(one.keeps, one.pieces) for one in kept.requests] == [
        (0, first.pieces),
        (11, (SentPiece(text=" Tom", origin=Origin.LEAD),)),
        (11, ()),
    ]


def _origin_at(sent: Sent, at: int) -> Origin:
    for piece in sent.pieces:
        if at < len(piece.text):
            return piece.origin
        at -= len(piece.text)
    raise IndexError(at)
