"""Guided takes on a server that says what the test wants, request by request."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from bot.story.brief import Kind, Length
from bot.story.room import Room
from bot.story.rounds import Receipt
from bot.writing.draw import write_take
from bot.writing.guided.pen import METHOD, MOST_REQUESTS
from bot.writing.origins import sent_again
from bot.writing.phrases import length_of, sentences
from bot.writing.program import Programs
from bot.writing.prompt import Prompt, prompt_of
from bot.writing.replay import replay
from bot.writing.transcript import Transcript
from tests.bot.writing.rooms_at_hand import LIGHTHOUSE, RIVER, RIVER_PREMISES, last_round, room_of
from tests.bot.writing.scripted_tgi import WORDS, ScriptedTgi, breaks_after, prose, says, tokens_of
from tgi.client import TgiClient
from tgi.errors import BrokenStream, Refused

MARA = (Kind.CHARACTER, "Mara, a retired diver")
ROCK = (Kind.SETTING, "A lighthouse on a rock")
ALONE = (MARA, ROCK)
CHARACTERS = [chr(code) for code in range(0x4E00, 0x4F00)]
OPENING = "In a lighthouse on a rock, Mara, a retired diver,"


def one(*more: tuple[Kind, str]) -> Room:
    return room_of(LIGHTHOUSE, (*ALONE, *more), takes=1)


async def prompt(tgi: TgiClient, room: Room) -> Prompt:
    return await prompt_of(Programs(), tgi, room, last_round(room))


async def take(tgi: TgiClient, room: Room) -> tuple[str, Receipt, list[str]]:
    shown: list[str] = []
    seeds = last_round(room).seed_of
    text, receipt = await write_take(
        Transcript(tgi), await prompt(tgi, room), seeds, watch=shown.append, clock=lambda: 0.0
    )
    return text, receipt, shown


def behind(request: dict[str, Any]) -> str:
    """What a request's prompt has behind the opening."""
    return str(request["inputs"]).rpartition(OPENING)[2]


async def test_prose_that_passes_is_one_stream_that_is_left_at_its_length(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    text, receipt, shown = await take(tgi, one())

    assert len(server.requests) == 1
    assert (OPENING + prose(7)).startswith(text)
    assert 64 <= length_of(text, chinese=False) <= 96
    assert text.endswith(".")
    assert shown[0] == OPENING
    assert shown[-1] == text
    assert (receipt.method, receipt.redraws, receipt.finish_reason) == (METHOD, (), "sentence")
    assert receipt.model == "scripted/model"
    assert receipt.generated_tokens < len(prose(7).split())


async def test_a_missing_person_begins_a_sentence_of_a_stream_that_goes_on(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    text, _, _ = await take(tgi, one((Kind.CHARACTER, "Ivo Brandt, a smuggler")))
    first, second = server.requests

    assert "Ivo Brandt" in text
    assert behind(first) == ""
    assert behind(second).endswith(" Ivo Brandt")
    assert text.startswith(OPENING + behind(second))
    assert first["parameters"]["seed"] == 7
    assert second["parameters"]["seed"] != 7


async def test_a_name_that_the_model_makes_another_of_is_written_anew(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.answers = [says(prose(7)), says("nas waits on the far shore for her.")]
    text, _, _ = await take(tgi, one((Kind.CHARACTER, "Ivo Brandt, a smuggler")))
    _, second, third, *_ = server.requests

    assert "Brandtnas" not in text
    assert "Ivo Brandt" in text
    assert behind(third) == f"{behind(second)},"


async def test_of_first_words_whose_comma_was_made_a_full_stop_no_comma_is_sent_again(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.answers = [says(",")] * MOST_REQUESTS
    await take(tgi, one((Kind.CHARACTER, "Ivo Brandt, a smuggler")))
    sent = [behind(each) for each in server.requests]

    assert any(" That night. " in each for each in sent)
    assert not [each for each in sent if ",." in each]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (" Odalys waits on the shore for her.", "leak"),
        (" 她走到河边，点亮了最后一盏灯。", "language"),
        (" Salt wind shakes every window of the house.", "loop"),
    ],
)
async def test_a_sentence_that_may_not_stand_is_taken_back_and_written_anew(
    server: ScriptedTgi, tgi: TgiClient, bad: str, code: str
) -> None:
    good = " finds a letter in the sand. Salt wind shakes every window of the house."
    server.answers = [says(f"{good}{bad} And nobody comes.")]
    text, receipt, shown = await take(tgi, one())

    assert behind(server.requests[1]) == good
    assert text.startswith(OPENING + good)
    assert bad.strip() not in text.removeprefix(OPENING + good)
    assert any(bad.strip().removesuffix(".") in each for each in shown)
    assert receipt.redraws == ()
    assert code in {"leak", "language", "loop"}


async def test_a_name_that_is_wrong_by_a_letter_is_written_anew(server: ScriptedTgi, tgi: TgiClient) -> None:
    good = " finds a letter that Rafaela hid in the sand."
    server.answers = [says(f"{good} At noon Rafela lights the lamp. And nobody comes.")]
    text, _, shown = await take(tgi, one((Kind.CHARACTER, "Rafaela, a cook")))

    assert behind(server.requests[1]).startswith(good)
    assert any("Rafela" in each for each in shown)
    assert "Rafela" not in text


async def test_a_name_that_the_model_insists_on_costs_its_tries_once(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    wrong = " At noon Rafela lights the lamp. And nobody comes."
    server.answers = [says(f" finds a letter that Rafaela hid in the sand.{wrong}"), says(wrong), says(wrong)]
    server.answers += [says(" and Rafela light the lamp. 她走了，谁也不知道她去了哪里。")]
    server.answers += [says(" waits for Rafela on the shore. And nobody comes.")]
    text, _, _ = await take(tgi, one((Kind.CHARACTER, "Rafaela, a cook")))

    assert behind(server.requests[3]).endswith(" Mara")
    assert "Mara and Rafela light the lamp. Rafaela waits for Rafela on the shore." in text


async def test_what_is_shown_loses_at_most_its_last_sentence(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.answers = [says(" finds a letter. Odalys waits on the shore. Nobody comes.")] * 3
    _, _, shown = await take(tgi, one())

    for earlier, later in pairwise(shown):
        kept = "".join(f"{sentence} " for sentence in sentences(earlier)[:-1]).strip()
        assert later.startswith(kept)


async def test_a_text_that_the_model_ends_too_early_is_taken_up_again(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.answers = [says(" finds a letter in the sand.\nTitle: Another")]
    text, _, _ = await take(tgi, one())

    assert behind(server.requests[1]) == " finds a letter in the sand. Mara"
    assert "Title" not in text
    assert 64 <= length_of(text, chinese=False) <= 96


async def test_an_end_of_the_models_own_is_kept_where_it_comes_with_the_next_sentence(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    goes_on, _, _ = await take(tgi, one())
    last = f"{goes_on.removeprefix(OPENING)} And so it ends."
    server.text = lambda seed: f"{last}\nTitle: Another"  # noqa: ARG005 - the same for all
    text, receipt, _ = await take(tgi, one())

    assert text == OPENING + last
    assert receipt.finish_reason == "stop_sequence"


async def test_a_text_that_the_model_ends_a_little_early_is_whole(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.text = lambda seed: prose(seed, 5)
    text, _, _ = await take(tgi, one())

    assert text == OPENING + prose(7, 5)
    assert len(server.requests) == 1


async def test_a_sentence_that_never_ends_is_ended_at_a_clause(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = lambda seed: " walks to the sea," + prose(seed).replace(".", ",")
    text, _, _ = await take(tgi, one())

    assert text.startswith(f"{OPENING} walks to the sea")
    assert text.endswith(".")


async def test_a_model_that_says_nothing_comes_to_an_end(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = lambda seed: "\n"  # noqa: ARG005 - the same for all
    text, receipt, _ = await take(tgi, one())

    assert text == OPENING
    assert receipt.redraws == ("empty", "empty")
    assert len(server.requests) <= 3 * MOST_REQUESTS


async def test_a_receipt_replays_to_the_same_text(server: ScriptedTgi, tgi: TgiClient) -> None:
    room = one((Kind.CHARACTER, "Ivo Brandt, a smuggler"))
    text, receipt, _ = await take(tgi, room)
    again = await replay(Programs(), tgi, room, last_round(room), receipt, clock=lambda: 0.0)

    assert again.text == text
    assert (again.same_model, again.same_prompt) == (True, True)
    assert len(server.requests) == 4


async def test_a_receipt_without_a_method_is_drawn_in_one_request_as_it_was(tgi: TgiClient) -> None:
    room = one()
    _, receipt, _ = await take(tgi, room)
    old = receipt.model_copy(update={"method": ""})
    again = await replay(Programs(), tgi, room, last_round(room), old, clock=lambda: 0.0)

    assert again.text == OPENING + prose(7)


async def test_a_take_names_who_wrote_it_though_the_stream_was_left(server: ScriptedTgi) -> None:
    async with ScriptedTgi(model_sha=None) as other, TgiClient([server.url, other.url]) as tgi:
        built = await prompt(tgi, one())
        await tgi.drain(server.url)
        _, receipt = await write_take(
            Transcript(tgi), built, lambda attempt: attempt, watch=_nobody, clock=lambda: 0.0
        )

    assert built.info.model_sha == "abc123"
    assert (receipt.model, receipt.model_revision) == ("scripted/model", None)


def _nobody(text: str) -> None:
    del text


async def test_no_request_asks_for_more_than_the_window(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.max_total_tokens = server.max_input_tokens = 420
    server.text = lambda seed: prose(seed, 3)
    await take(tgi, one((Kind.CHARACTER, "Ivo Brandt, a smuggler")))
    room = [
        len(request["inputs"].split()) + request["parameters"]["max_new_tokens"]
        for request in server.requests
    ]

    assert len(room) > 1
    assert max(room) <= 420


async def test_a_synopsis_behind_a_full_prompt_is_written_whole_and_drawn_again(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    server.max_input_tokens, server.max_total_tokens = 1536, 2048
    server.text = lambda seed: prose(seed, 1)  # each sentence is sent back with the next request
    themes = [(Kind.THEME, f"Number {at} walks on the old quay.") for at in range(400)]
    room = one(*themes)
    built = await prompt(tgi, room)
    text, receipt, _ = await take(tgi, room)

    assert built.fitted.shortened or built.fitted.left_out
    assert built.window.prompt + built.window.max_new_tokens == 1536
    assert built.window.prompt - built.fitted.tokens < 20
    assert length_of(text, chinese=False) >= 0.8 * built.aim
    assert max(len(tokens_of(request["inputs"])) for request in server.requests) <= 1536
    again = await replay(Programs(), tgi, room, last_round(room), receipt, clock=lambda: 0.0)
    assert (again.text, again.same_prompt) == (text, True)
    sent = await sent_again(Programs(), tgi, room, last_round(room), receipt)
    assert sent is not None
    assert sent.sha256 == receipt.prompt_sha256


async def test_the_draws_of_a_take_share_one_bound_of_requests(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.text = lambda seed: " " + " ".join(random.Random(seed).sample(WORDS, 4)) + "."
    room = room_of(LIGHTHOUSE.model_copy(update={"length": Length.LONG}), ALONE, takes=1)
    _, receipt, _ = await take(tgi, room)

    assert len(server.requests) == MOST_REQUESTS  # the first draw is too short, and took them all
    assert receipt.redraws == ()


async def test_a_stream_that_breaks_is_no_take(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.answers = [says(" finds a letter in the sand.\n"), breaks_after(5)]
    with pytest.raises(BrokenStream):
        await take(tgi, one())


class TestInChinese:
    """A model that leaves the script is held to it by a grammar, where the server has grammars."""

    ROOM = room_of(RIVER, RIVER_PREMISES, takes=1)

    async def test_it_is_held_to_the_script(self, server: ScriptedTgi, tgi: TgiClient) -> None:
        server.text = lambda seed: " She runs to the river."  # noqa: ARG005 - the same for all
        await take(tgi, self.ROOM)
        grammars = ["grammar" in request["parameters"] for request in server.requests]

        assert grammars[:6] == [False, True, True, True, True, True]
        assert server.requests[1]["parameters"]["grammar"]["type"] == "regex"

    async def test_a_server_without_grammars_is_asked_without(
        self, server: ScriptedTgi, tgi: TgiClient
    ) -> None:
        server.text = lambda seed: " She runs to the river."  # noqa: ARG005 - the same for all
        server.answers = [says(" She runs."), _no_grammar()]
        await take(tgi, self.ROOM)
        grammars = ["grammar" in request["parameters"] for request in server.requests]

        assert grammars[:3] == [False, True, False]

    async def test_another_refusal_is_not_hidden(self, server: ScriptedTgi, tgi: TgiClient) -> None:
        server.answers = [_no_grammar()]
        with pytest.raises(Refused):
            await take(tgi, self.ROOM)

    async def test_its_length_counts_characters(self, server: ScriptedTgi, tgi: TgiClient) -> None:
        server.text = chinese
        text, _, _ = await take(tgi, self.ROOM)

        assert 96 <= length_of(text, chinese=True) <= 144
        assert "小满" in text


def chinese(seed: int) -> str:
    """Sentences of characters drawn at random, as a model writes them that knows no Chinese."""
    chance = random.Random(seed)
    return "".join("".join(chance.sample(CHARACTERS, 18)) + "。" for _ in range(12))


def _no_grammar() -> Callable[[web.Request, dict[str, Any]], Any]:
    async def answer(request: web.Request, body: dict[str, Any]) -> web.Response:
        del request, body
        error = {"error": "Input validation error: grammar is not supported", "error_type": "validation"}
        return web.json_response(error, status=422)

    return answer
