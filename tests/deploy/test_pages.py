"""What the pages about deployment promise: the permissions, the commands, the files."""

from __future__ import annotations

import re
import urllib.parse
from pathlib import Path
from typing import Any

import discord
import pytest

PERMISSIONS = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "create_public_threads",
    "embed_links",
    "attach_files",
    "read_message_history",
    "pin_messages",
)


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs/deploy.md").read_text(encoding="utf-8")


def test_the_invitation_asks_for_the_listed_permissions_and_no_more(page: str) -> None:
    link = re.search(r"https://discord\.com/oauth2/authorize\?\S+", page)
    assert link is not None
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(link[0]).query)
    assert asked["scope"] == ["bot applications.commands"]
    wanted = discord.Permissions(**dict.fromkeys(PERMISSIONS, True))
    assert int(asked["permissions"][0]) == wanted.value


def test_the_page_lists_every_permission_with_a_reason(page: str) -> None:
    rows = re.findall(r"^\| ([A-Z][A-Za-z ]+) \| `(\d+)` \| \S", page, re.MULTILINE)
    bits = {name.lower().replace(" ", "_"): int(bit) for name, bit in rows}
    assert bits == {name: discord.Permissions(**{name: True}).value.bit_length() - 1 for name in PERMISSIONS}


def test_every_profile_is_on_the_page_and_every_one_on_the_page_exists(
    page: str, services: dict[str, dict[str, Any]]
) -> None:
    profiles = {profile for service in services.values() for profile in service.get("profiles", ())}
    assert set(re.findall(r"--profile (\w+)", page)) == profiles


def test_every_file_that_the_pages_name_exists(root: Path) -> None:
    for name in ("docs/deploy.md", "docs/operating.md", "docs/opt-175b.md"):
        text = (root / name).read_text(encoding="utf-8")
        links = [link for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) if "://" not in link]
        assert links, name
        for link in links:
            assert (root / "docs" / link).resolve().exists(), f"{name} links to {link}"
