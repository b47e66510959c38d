from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.local_discord.clock import Clock
from bot.local_discord.errors import RateLimited
from bot.local_discord.limits.ratelimit import FREE, RateLimits
from bot.local_discord.limits.sizes import Limits, Size
from bot.local_discord.limits.table import EDIT_ROUTE, RULES
from tests.bot.local_discord.test_clocks import Hand

SEND = "POST /channels/{channel_id}/messages"
DELETE = "DELETE /channels/{channel_id}/messages/{message_id}"
COMMANDS = "PUT /applications/{application_id}/commands"


def limits(hand: Hand, **sizes: object) -> RateLimits:
    return RateLimits(Clock(hand), sizes=Limits.model_validate(sizes))


def made_ago(hand: Hand, seconds: float) -> str:
    """The id of a message of that age."""
    return str((int((hand.now - seconds) * 1000) - 1_420_070_400_000) << 22)


def test_a_window_begins_with_its_first_request_and_is_one_channels_own() -> None:
    hand = Hand()
    here = limits(hand)
    one, other = {"channel_id": "1"}, {"channel_id": "2"}
    for _ in range(5):
        here.take(SEND, one)
    hand.now += 4
    with pytest.raises(RateLimited) as refusal:
        here.take(SEND, one)
    assert (refusal.value.retry_after, refusal.value.scope) == (1.0, "user")
    assert refusal.value.headers["X-RateLimit-Remaining"] == "0"
    assert here.take(SEND, other).remaining == 4
    hand.now += 1
    assert here.take(SEND, one).headers["X-RateLimit-Remaining"] == "4"


def test_the_parameters_names_do_not_matter() -> None:
    here = limits(Hand())
    first = here.take("PATCH /channels/{channel_id}/messages/{id}", {"channel_id": "1"})
    assert first.bucket == here.take(EDIT_ROUTE, {"channel_id": "1"}).bucket == "message.edit"


def test_routes_of_one_bucket_share_its_hash_and_its_count() -> None:
    hand = Hand()
    here = limits(hand)
    where = {"guild_id": "1", "user_id": "2", "role_id": "3"}
    route = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"
    added, removed = here.take(f"PUT {route}", where), here.take(f"DELETE {route}", where)
    assert added.headers["X-RateLimit-Bucket"] == removed.headers["X-RateLimit-Bucket"]
    assert (added.remaining, removed.remaining) == (9, 8)


def test_webhook_tokens_have_buckets_of_their_own_and_no_global_limit() -> None:
    here = limits(Hand(), **{"global": {"limit": 1, "seconds": 1}})
    route = "POST /webhooks/{webhook_id}/{webhook_token}"
    for token in ("a", "b"):
        where = {"webhook_id": "1", "webhook_token": token}
        assert [here.take(route, where, exempt=True).remaining for _ in range(5)] == [4, 3, 2, 1, 0]
        with pytest.raises(RateLimited):
            here.take(route, where, exempt=True)


@pytest.mark.parametrize(
    ("age", "bucket"),
    [(5, "message.delete.new"), (60, "message.delete"), (15 * 86_400, "message.delete.old")],
)
def test_deletions_have_a_bucket_by_the_messages_age(age: int, bucket: str) -> None:
    hand = Hand()
    where = {"channel_id": "1", "message_id": made_ago(hand, age)}
    assert limits(hand).take(DELETE, where).bucket == bucket


@pytest.mark.parametrize("message_id", ["", "x", "9" * 40, "²"])
def test_what_is_no_id_has_no_age(message_id: str) -> None:
    where = {"channel_id": "1", "message_id": message_id}
    assert limits(Hand()).take(DELETE, where).bucket == "message.delete.new"


def test_old_messages_are_edited_three_times_and_the_headers_do_not_say_so() -> None:
    hand = Hand()
    here = limits(hand)
    where = {"channel_id": "1", "message_id": made_ago(hand, 3700)}
    for _ in range(3):
        here.take(EDIT_ROUTE, where)
    with pytest.raises(RateLimited) as refusal:
        here.take(EDIT_ROUTE, where)
    assert (refusal.value.code, refusal.value.retry_after) == (30046, 20.0)
    assert refusal.value.headers["X-RateLimit-Remaining"] == "1"
    assert refusal.value.body()["code"] == 30046


def test_a_channel_is_renamed_twice_in_ten_minutes_and_otherwise_edited_on() -> None:
    here = limits(Hand())
    route, where = "PATCH /channels/{channel_id}", {"channel_id": "1"}
    for name in ("a", "b"):
        here.take(route, where, {"name": name})
    with pytest.raises(RateLimited) as refusal:
        here.take(route, where, {"topic": "c"})
    assert refusal.value.retry_after == 600.0
    assert here.take(route, where, {"rate_limit_per_user": 5}).bucket == "channel.edit"
    assert here.take(route, {"channel_id": "2"}, {"name": "a"}).bucket == "channel.edit"


def test_fifty_threads_in_five_minutes_use_a_shared_resource_up() -> None:
    hand = Hand()
    here = limits(hand, **{"global": None})
    route, where = "POST /channels/{channel_id}/threads", {"channel_id": "1"}
    for _ in range(5):
        for _ in range(10):
            here.take(route, where)
        hand.now += 10
    with pytest.raises(RateLimited) as refusal:
        here.take(route, where)
    assert (refusal.value.scope, refusal.value.retry_after) == ("shared", 250.0)
    assert refusal.value.headers["X-RateLimit-Remaining"] == "9"


def test_two_hundred_commands_are_created_a_day() -> None:
    hand = Hand()
    here = limits(hand)
    here.take(COMMANDS, {}, creates=200)
    with pytest.raises(RateLimited) as refusal:
        here.take(COMMANDS, {}, creates=1)
    assert (refusal.value.code, refusal.value.body()["code"]) == (30034, 30034)
    here.take(COMMANDS, {}, creates=0)
    assert here.take(COMMANDS, {"guild_id": "1"}, creates=1).bucket == "command.write"
    hand.now += 86_400
    here.take(COMMANDS, {}, creates=1)


def test_the_global_limit_is_all_routes_together() -> None:
    hand = Hand()
    here = limits(hand)
    for number in range(50):
        here.take(SEND, {"channel_id": str(number)})
    with pytest.raises(RateLimited) as refusal:
        here.take("GET /users/@me", {})
    assert (refusal.value.scope, refusal.value.body()["global"]) == ("global", True)
    assert refusal.value.headers == {"X-RateLimit-Global": "true"}
    hand.now += 1
    assert here.take("GET /users/@me", {}) == FREE


def test_sizes_are_chosen_and_a_bucket_may_be_taken_away() -> None:
    here = limits(Hand(), buckets={"message.create": {"limit": 2, "seconds": 9}, "message.edit": None})
    assert here.take(SEND, {"channel_id": "1"}).headers["X-RateLimit-Limit"] == "2"
    assert [here.take(EDIT_ROUTE, {"channel_id": "1"}).headers for _ in range(9)] == [{}] * 9


def test_a_bucket_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match=r"there is no bucket message\.shout"):
        Limits(buckets={"message.shout": Size(limit=1, seconds=1)})


def test_limits_can_be_off() -> None:
    here = RateLimits(Clock(Hand()), enabled=False)
    assert [here.take(EDIT_ROUTE, {"channel_id": "1"}) for _ in range(9)] == [FREE] * 9


def test_buckets_that_are_over_are_forgotten() -> None:
    hand = Hand()
    here = limits(hand, **{"global": None})
    for number in range(5000):
        hand.now += 0.01
        here.take(SEND, {"channel_id": str(number)})
    assert len(here._windows) <= 2048
    assert len(here.read()) <= 501


@given(
    st.lists(st.tuples(st.floats(0, 3), st.sampled_from(["1", "2"])), min_size=1, max_size=60),
)
def test_no_window_ever_holds_more_than_its_size(steps: list[tuple[float, str]]) -> None:
    hand = Hand()
    here = limits(hand, **{"global": None})
    let_through: dict[str, list[float]] = {"1": [], "2": []}
    for step, channel in steps:
        hand.now += step
        wait = 0.0
        try:
            taken = here.take(SEND, {"channel_id": channel})
        except RateLimited as refusal:
            wait = refusal.retry_after
            hand.now += wait
            taken = here.take(SEND, {"channel_id": channel})  # who waits as told is let in
        assert 0 <= wait <= 5.0
        assert 0 <= (taken.remaining or 0) <= 4
        let_through[channel].append(hand.now)
    for times in let_through.values():
        for first in times:
            # Windows are fixed, as Discord's: two of them may meet.
            assert len([one for one in times if first <= one < first + 5]) <= 10


def test_every_rule_belongs_to_a_route_or_lies_behind_one() -> None:
    behind = {
        "message.delete.new",
        "message.delete.old",
        "message.edit.old",
        "channel.rename",
        "thread.create.many",
        "command.create",
    }
    assert {name for name, rule in RULES.items() if not rule.routes} == behind
