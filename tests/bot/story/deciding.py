"""Random commands of deciding: ballots, notes as tickets, green lights."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.story import commands as c
from bot.story.ballots.ballot import Adoption, Rest, Sheet
from bot.story.model import Person
from bot.story.tickets import NoteStatus

_texts = st.sampled_from(("Darker", "", "\u200b", "@everyone # x", "井", "x" * 5000))
_people = st.sampled_from([Person(id=str(number), name=f"Member {number}") for number in (1, 2, 3)])
_numbers = st.integers(min_value=-1, max_value=5)
_times = st.integers(min_value=0, max_value=3_000_000)
_terms = st.one_of(st.none(), st.integers(min_value=0, max_value=10_000_000))
_by = {"at": _times, "by": _people, "leads": st.booleans()}

sheets = st.builds(
    Sheet,
    order=st.lists(st.integers(-1, 4), max_size=4).map(tuple),
    rest=st.sampled_from(Rest),
    hidden=st.lists(st.integers(0, 3), max_size=2).map(tuple),
)
handed_in = st.dictionaries(st.sampled_from(("1", "2", "3", "9")), sheets, max_size=3)

of_ballots = st.one_of(
    st.builds(
        c.OpenBallot,
        **_by,
        seed=st.integers(0, 2**31 - 1),
        round=st.one_of(st.none(), _numbers),
        drafts=st.lists(_numbers, max_size=3).map(tuple),
        quorum=st.one_of(st.none(), st.integers(0, 3)),
        deadline=_terms,
        adoption=st.sampled_from(Adoption),
    ),
    st.builds(c.CastVote, **_by, ballot=_numbers, sheet=sheets, sheets=handed_in),
    st.builds(
        c.CloseBallot,
        at=_times,
        ballot=_numbers,
        by=st.one_of(st.none(), _people),
        leads=st.booleans(),
        sheets=handed_in,
    ),
    st.builds(c.AdoptFromBallot, **_by, ballot=_numbers, candidate=_numbers),
    st.builds(
        c.PlaceBallot,
        at=_times,
        ballot=_numbers,
        message=st.sampled_from(("m1", "m2")),
        told=st.booleans(),
    ),
)
of_notes = st.one_of(
    st.builds(c.AddNote, **_by, text=_texts, assigned=st.one_of(st.none(), _people)),
    st.builds(c.SettleNote, **_by, note=_numbers, status=st.sampled_from(NoteStatus)),
    st.builds(c.ReopenNote, **_by, note=_numbers),
    st.builds(c.AssignNote, **_by, note=_numbers, assigned=st.one_of(st.none(), _people)),
    st.builds(c.AnswerNotes, **_by, notes=st.lists(_numbers, max_size=3).map(tuple), seed=st.integers(0, 99)),
)
of_lights = st.one_of(
    st.builds(c.AskLight, **_by, quorum=st.integers(0, 3), deadline=_terms, lock=st.booleans()),
    st.builds(c.SayGo, **_by, light=_numbers, missing=st.one_of(st.none(), _texts)),
    st.builds(c.EndLight, at=_times, light=_numbers, by=st.one_of(st.none(), _people), leads=st.booleans()),
    st.builds(
        c.PlaceLight,
        at=_times,
        light=_numbers,
        message=st.sampled_from(("m1", "m2")),
        told=st.booleans(),
    ),
)
commands = st.one_of(of_ballots, of_notes, of_lights)
