"""The whole check: its order, its verdict, its silence about secrets."""

from __future__ import annotations

import asyncio

from bot.check.bounds import within
from bot.check.report import Finding, Mark, line, missing, ok, secrets_of, warning
from bot.errors import SetupError
from bot.settings import Settings
from tests.bot.check.conftest import NOWHERE, Check
from tests.bot.check.small_tgi import SmallTgi


async def test_where_everything_is_there_the_check_says_so(check: Check, synced: Settings) -> None:
    lines = await check(discord_token=synced.discord_token)
    assert lines[-1] == "Nothing is missing."
    assert all(one.startswith("ok ") for one in lines[:-1])


async def test_warnings_alone_are_not_missing(check: Check, synced: Settings, tgi: SmallTgi) -> None:
    tgi.info["max_stop_sequences"] = 1
    lines = await check(discord_token=synced.discord_token)
    assert sum(one.startswith("warning ") for one in lines) == 1
    assert lines[-1] == "Nothing is missing."


async def test_where_nothing_is_there_each_part_is_said_in_order(check: Check) -> None:
    lines = await check(
        discord_api=f"http://{NOWHERE}/",
        discord_gateway=f"ws://{NOWHERE}/",
        redis_url=f"redis://{NOWHERE}/0",
        tgi_urls=f"http://{NOWHERE}",
    )
    assert [one.split()[:2] for one in lines[:-1]] == [
        ["missing", "Discord"],
        ["missing", "Discord"],
        ["missing", "Redis"],
        ["missing", "TGI"],
    ]
    assert lines[-1].startswith("Missing: 4.")


async def test_parts_are_looked_into_at_once(check: Check, tgi: SmallTgi) -> None:
    tgi.slow["/info"] = 0.6
    loop = asyncio.get_running_loop()
    began = loop.time()
    await check()
    alone = loop.time() - began
    assert alone < 3


async def test_no_secret_is_in_any_line(check: Check, tgi: SmallTgi) -> None:
    tgi.info["model_id"] = "model-of-barley-and-rye"
    lines = await check(
        discord_token="oats-and-rye", tgi_token="barley", redis_url="redis://:wheat@127.0.0.1:1/0"
    )
    said = "\n".join(lines)
    assert "model-of-[hidden]-and-rye" in said
    assert not any(secret in said for secret in ("oats", "barley", "wheat"))


def test_secrets_are_hidden_in_every_form_they_have() -> None:
    settings = Settings.model_validate(
        {
            "discord_token": "oats ",
            "tgi_token": "rye!",
            "redis_url": "redis://:wheat%21@127.0.0.1/0",
            "tgi_urls": "http://ana:barley@127.0.0.1",
        }
    )
    text = "oats rye! wheat%21 wheat! barley ana"
    hidden = line("TGI", ok(text), secrets_of(settings))
    assert hidden.split()[2:] == ["[hidden]"] * 5 + ["ana"]


def test_a_line_is_one_line_whatever_a_name_holds() -> None:
    told = line("Discord", warning("a\nb\r\x1b[31mc\u202ed" + "e" * 2000))
    assert told.startswith("warning  Discord  a b [31mc de")
    assert told.isprintable()
    assert len(told) < 650


async def test_a_check_that_breaks_is_a_finding_without_its_text() -> None:
    async def broken() -> list[Finding]:
        raise RuntimeError("oats")

    (finding,) = await within(1, "Discord", broken())
    assert finding == missing("Discord could not be looked into: RuntimeError.")


async def test_an_error_of_ours_is_said_in_its_own_words() -> None:
    async def refused() -> list[Finding]:
        raise SetupError("Put it there.")

    assert await within(1, "Discord", refused()) == [Finding(Mark.MISSING, "Put it there.")]
