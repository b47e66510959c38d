"""The browser of the page's tests, and what none of its windows may do."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from playwright.async_api import ConsoleMessage, Page, Request, Response

__all__ = ["ARGS", "PATIENCE_MS", "Complaints", "chromium", "findings"]

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 15000  # a busy machine is not a failure
_SERIOUS = {"serious", "critical"}
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_WHY_NOT = "no Chromium found: install chromium or name one in STORYROOM_CHROMIUM; the page was not tried"


def chromium() -> str:
    """Where Chromium is; without one the test is skipped."""
    found = os.environ.get("STORYROOM_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip(_WHY_NOT)
    return found


async def findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical, in words."""
    answer: dict[str, Any] = (await Axe().run(page)).response
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in answer["violations"]
        if rule["impact"] in _SERIOUS
        for node in rule["nodes"]
    ]


class Complaints(list[str]):
    """What no window may do: script errors, errors on the console, requests that fail or leave the house."""

    def __init__(self, local: str) -> None:
        self._local = local

    def listen(self, page: Page) -> None:
        """Listen to a window."""
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on("console", self._said)
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        # The browser itself logs every answer of 400 and above, and that it is offline: see _answered.
        expected = message.text.startswith("Failed to load resource") or "ERR_INTERNET_DIS" in message.text
        if message.type == "error" and not expected:
            self.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self._local, "data:", "blob:")):
            self.append(f"asked {request.url}")

    def _answered(self, response: Response) -> None:
        refused = response.request.method != "GET" and response.status < 500
        if response.status >= 400 and not refused:
            self.append(f"{response.status} {response.request.method} {response.url}")
