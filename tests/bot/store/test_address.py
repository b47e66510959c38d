"""One address says where Redis is, whatever it has become."""

from __future__ import annotations

import pytest

from bot.errors import SetupError
from bot.store import connect
from bot.store.address import address, shown


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("redis://user:secret@redis.example/3", "redis.example:6379"),
        ("rediss://:secret@[::1]:7000", "[::1]:7000"),
        ("unix:///run/redis.sock?db=1", "/run/redis.sock"),
        (
            "redis+sentinel://user:secret@one:26379,two:26380,[::1]/story/2?sentinel_password=hidden",
            "story behind the Sentinels one:26379, two:26380, [::1]:26379",
        ),
        ("rediss+cluster://:secret@one,two:7001", "cluster one:6379, two:7001"),
    ],
)
def test_where_it_is_is_shown_without_passwords(url: str, text: str) -> None:
    assert shown(url) == text
    assert "secret" not in repr(address(url))
    assert "hidden" not in repr(address(url))


def test_sentinels_have_a_login_of_their_own() -> None:
    found = address(
        "redis+sentinel://user:p%40ss@one,two/story/2?sentinel_password=other&sentinel_username=guard"
    )
    assert (found.service, found.nodes) == ("story", (("one", 26379), ("two", 26379)))
    assert found.options == {"username": "user", "password": "p@ss", "db": 2}
    assert found.sentinels == {"username": "guard", "password": "other"}


def test_tls_is_for_the_servers_and_their_sentinels() -> None:
    found = address("rediss+sentinel://one/story?ssl_ca_certs=/ca.pem")
    assert found.options == {"ssl": True, "ssl_ca_certs": "/ca.pem"}
    assert found.sentinels == {"ssl": True, "ssl_ca_certs": "/ca.pem"}
    assert address("rediss+cluster://one").options == {"ssl": True}


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("redis+sentinel://one,two", "the name of the service is missing"),
        ("redis+sentinel://one/story/zero", "the number of a database"),
        ("redis+cluster://one/3", "no database but 0"),
        ("redis+cluster://one,,two", "a host is missing"),
        ("redis+cluster://", "a host is missing"),
        ("redis+cluster://one?read_from_replicas=true", "replicas are not read from"),
        ("redis+cluster://one?no_such_option=1", "it has no option no_such_option"),
        ("redis://one?foo=1", "it has no option foo"),
        ("redis+sentinel://one/story?foo=1", "it has no option foo"),
        ("unix:///redis.sock?foo=1", "it has no option foo"),
        ("redis+proxy://one", "schemes"),
        ("redis://one:port/0", "Port"),
    ],
)
async def test_what_is_no_address_is_said_with_the_name_of_the_setting(url: str, why: str) -> None:
    with pytest.raises(SetupError, match=why) as refused:
        connect(url)
    assert "STORYROOM_REDIS_URL" in str(refused.value)
