from __future__ import annotations

from tests.bot.writing.scripted_tgi import ScriptedTgi
from tests.tgi.evaluation.at_hand import LANTERN, brief
from tgi.client import TgiClient
from tgi.evaluation import plain
from tgi.evaluation.briefs import Brief

DIALS = {"temperature": 0.8, "top_p": 0.92}


def test_the_prompt_has_the_brief_and_asks_for_a_synopsis() -> None:
    assert plain.prompt_of(
        brief(premises=[*brief().model_dump()["premises"], {"kind": "mood", "text": " "}])
    ) == (
        "Title: The Dry Well\n"
        "Characters: Mara, a well-digger who is afraid of the dark\n"
        "Scene: a village without rain\n"
        "Synopsis (in about 20 words):"
    )
    assert plain.prompt_of(Brief.model_validate(LANTERN)) == (
        "片名：河灯\n人物设定：阿良，退休的船长\n故事：河正在干涸\n剧情梗概（约30字）："
    )


async def test_it_is_drawn_until_the_budget_is_spent_and_the_best_draw_counts() -> None:
    good = "Mara digs alone all night until water comes and the village wakes to drink from her well again."
    texts = {1000: "A woman digs.", 1004: "She sleeps. She digs.", 1008: good}
    async with ScriptedTgi(text=lambda seed: texts[seed]) as server, TgiClient([server.url]) as tgi:
        written = await plain.write(tgi, brief(), 1000, dials=DIALS, budget=8)

    assert server.seeds == [1000, 1004, 1008]
    assert written.first.text == "A woman digs."
    assert written.best.text == good
    assert (written.best.requests, written.best.tokens) == (3, 3 + 4 + 18)
    assert server.requests[0]["parameters"]["temperature"] == 0.8


async def test_it_is_drawn_at_least_once_and_never_without_end() -> None:
    async with ScriptedTgi(text=lambda seed: f"Draw {seed}.") as server, TgiClient([server.url]) as tgi:
        await plain.write(tgi, brief(), 1000, dials=DIALS, budget=0)
        once = len(server.requests)
        await plain.write(tgi, brief(), 1000, dials=DIALS, budget=10_000)

    assert once == 1
    assert len(server.requests) == 1 + plain.MOST_DRAWS


async def test_a_brief_longer_than_the_window_is_cut_by_the_server() -> None:
    long = brief(premises=[{"kind": "x", "text": "word " * 3000}])
    async with ScriptedTgi(max_input_tokens=1000) as server, TgiClient([server.url]) as tgi:
        await plain.write(tgi, long, 1000, dials=DIALS, budget=0)

    assert server.requests[0]["parameters"]["truncate"] == 1000
