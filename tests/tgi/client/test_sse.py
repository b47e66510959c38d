from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tgi.client.sse import EventReader

LINE = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])).filter(bool)


@given(
    st.lists(LINE), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", " "]), st.lists(st.integers(1, 40))
)
def test_payloads_survive_any_split_any_line_end_and_comments(
    payloads: list[str], newline: str, space: str, sizes: list[int]
) -> None:
    expected = [each if space else each.removeprefix(" ") for each in payloads]
    wire = "".join(f":{newline * 2}data:{space}{each}{newline * 2}" for each in payloads).encode()
    reader = EventReader()
    for size in sizes:
        reader.feed(wire[:size])
        wire = wire[size:]
    reader.feed(wire)
    reader.end()

    found = []
    while (payload := reader.next_payload()) is not None:
        found.append(payload)
    assert found == [each for each in expected if each]


def test_several_data_lines_are_one_payload() -> None:
    reader = EventReader()
    reader.feed(b"data: {\ndata: }\n\n")
    assert reader.next_payload() == "{\n}"
    assert reader.next_payload() is None
