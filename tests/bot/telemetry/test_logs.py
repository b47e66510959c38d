"""The log: a line an event with its ids, errors without their texts, and no secret whoever lets one slip."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
Lines = list[dict[str, Any]]

# What happens in one process: the settings of the log are the whole process's.
PROGRAM = """
import asyncio, logging, sys
import structlog
from bot.errors import StoreUnavailable
from bot.logs import configure

configure(
    sys.argv[1], as_json=sys.argv[2] == "json", secrets=["the-bot-s-token", "the-bot-s", "", "ab"],
    about={"version": "1.2.3", "process": "host:7:abc"},
)
log = structlog.get_logger("bot.part")
with structlog.contextvars.bound_contextvars(operation="77", room="88"):
    log.debug("small", seen=1)
    log.info("appended", revision=3, room="99")
    try:
        try:
            {}["Zanzibar"]
        except KeyError as error:
            raise ValueError("Zanzibar the-bot-s-token") from error
    except ValueError as error:
        log.error("unexpected", exc_info=error)
        logging.getLogger("discord.client").exception("Ignoring it\\nZanzibar")
    log.warning("failed", exc_info=StoreUnavailable("Redis did not carry out: load a room"))
    log.error("group", exc_info=ExceptionGroup("Zanzibar", [ValueError("Zanzibar"), OSError("Zanzibar")]))
    address = "https://discord.com/api/v10/webhooks/12/aToken-x_y/messages/@original"
    logging.getLogger("discord.http").warning("We are being rate limited. %s %s", "PATCH", address)
    logging.getLogger("redis").warning("no answer of redis://name:word@host:6379/0 (the-bot-s-token)")
    log.warning("deep", more={"a": ["the-bot-s-token", ("/interactions/5/aToken/callback",)]}, ab="cab")
logging.getLogger("aiohttp.access").info("not of interest")
log.info("after")

async def forgotten():
    async def breaks():
        raise ValueError("Zanzibar")
    task = asyncio.create_task(breaks())
    await asyncio.sleep(0.01)

asyncio.run(forgotten())
"""


def said(level: str, form: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, level, form],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ended.stdout == ""
    return ended.stderr


@pytest.fixture(scope="module")
def lines() -> Lines:
    return [json.loads(line) for line in said("debug", "json").splitlines()]


@pytest.fixture
def one(lines: Lines) -> Callable[[str], dict[str, Any]]:
    def find(event: str) -> dict[str, Any]:
        (found,) = [line for line in lines if line["event"] == event]
        return found

    return find


def test_every_line_names_the_version_and_the_process(lines: Lines) -> None:
    assert {(line["version"], line["process"]) for line in lines} == {("1.2.3", "host:7:abc")}
    assert all(line["timestamp"].endswith("Z") and line["level"] for line in lines)


def test_what_happens_within_an_operation_names_it_whoever_says_it(
    lines: Lines, one: Callable[[str], dict[str, Any]]
) -> None:
    inside = [line for line in lines if line["event"] not in ("after", "library")]
    assert {line["operation"] for line in inside} == {"77"}
    assert one("appended")["room"] == "99"  # what is said of another room stays
    libraries = {line["logger"]: line for line in lines if line["event"] == "library"}
    assert libraries["discord.http"]["operation"] == "77"
    assert "operation" not in one("after")
    assert "operation" not in libraries["asyncio"]


def test_an_error_is_told_by_its_classes_and_places_and_ours_by_its_text_too(
    one: Callable[[str], dict[str, Any]],
) -> None:
    outer, inner = one("unexpected")["error"]
    assert (outer["kind"], inner["kind"]) == ("ValueError", "KeyError")
    assert all(":" in place for place in (*outer["at"], *inner["at"]))
    assert one("failed")["error"][0]["text"] == "Redis did not carry out: load a room"
    assert [each[0]["kind"] for each in one("group")["error"][0]["of"]] == ["ValueError", "OSError"]


def test_libraries_are_quoted_to_the_end_of_their_first_line(lines: Lines) -> None:
    messages = {line["logger"]: line["message"] for line in lines if line["event"] == "library"}
    assert messages["discord.client"] == "Ignoring it"
    assert messages["asyncio"] == "Task exception was never retrieved"
    assert "aiohttp.access" not in messages


@pytest.mark.parametrize("form", ["json", "people"])
def test_no_text_of_an_error_and_no_secret_is_in_any_line(form: str) -> None:
    text = said("debug", form)
    assert "unexpected" in text
    for hidden in ("Zanzibar", "the-bot-s", "aToken", "name:word"):
        assert hidden not in text
    assert "cab" in text  # what is too short to be a secret is not cut out of words


def test_less_than_the_level_is_not_logged() -> None:
    events = [json.loads(line)["event"] for line in said("warning", "json").splitlines()]
    assert not {"small", "appended", "after"} & set(events)
    assert {"unexpected", "library"} <= set(events)
