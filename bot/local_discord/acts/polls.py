"""Polls: votes of people (bots have none), and the end, with the message that says how it went."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from bot.local_discord.acts.posting import Posting
from bot.local_discord.acts.references import where
from bot.local_discord.clock import Timer
from bot.local_discord.errors import RestError, invalid_form, missing_permissions, unknown
from bot.local_discord.events import Event, Intent
from bot.local_discord.forms.form import Form
from bot.local_discord.permissions import Permission, require
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel
from bot.local_discord.state.messages import Message, Poll

__all__ = ["Polls", "result_embed"]

_POLL_RESULT = 46


@dataclass
class Polls:
    """The one writer of votes. Each open poll has a timer on the clock."""

    posting: Posting
    _timers: dict[str, Timer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.posting.polled = self.watch

    def watch(self, message: Message) -> None:
        """End the message's poll when its time comes. Needs a running event loop."""
        if message.poll is not None and not message.poll.finalized:
            delay = max(0.0, message.poll.expiry - self.posting.clock())
            channel_id, message_id = message.channel_id, message.id
            self._timers[message_id] = self.posting.clock.call_later(
                delay, lambda: self._due(channel_id, message_id)
            )

    def watch_all(self) -> None:
        """Watch every open poll of the world, as after a restart."""
        for messages in self.posting.world.messages.channels.values():
            for message in messages.values():
                self.watch(message)

    def vote(self, message: Message, user_id: str, answer_ids: Collection[int]) -> None:
        """Make these the user's votes; none takes them back.

        Raises RestError 50001, 50013, 10008 (no poll), 520001 (it ended), 50035 (answers that are not, or too
        many).
        """
        channel, poll = self._poll(message, user_id)
        if poll.finalized or poll.expiry <= self.posting.clock():
            raise RestError(400, 520001, "Poll expired")
        known = {answer["answer_id"] for answer in poll.answers}
        form = Form()
        if not known.issuperset(answer_ids):
            form.fail(("answer_ids",), "POLL_INVALID_ANSWER", "The poll has no such answer.")
        if len(answer_ids) > 1 and not poll.multiselect:
            form.fail(("answer_ids",), "BASE_TYPE_MAX_LENGTH", "Must be 1 or fewer in length.")
        form.check()
        for answer_id in sorted(known):
            voters = poll.votes.setdefault(answer_id, [])
            if user_id in voters and answer_id not in answer_ids:
                voters.remove(user_id)
                self._tell("MESSAGE_POLL_VOTE_REMOVE", message, channel, user_id, answer_id)
            elif user_id not in voters and answer_id in answer_ids:
                voters.append(user_id)
                self._tell("MESSAGE_POLL_VOTE_ADD", message, channel, user_id, answer_id)

    def voters(self, message: Message, answer_id: str, *, by: str) -> list[str]:
        """The ids of those who voted for an answer, in order of ids. Raises RestError 50001, 10008, 50035."""
        _, poll = self._poll(message, by)
        if answer_id not in {str(answer["answer_id"]) for answer in poll.answers}:
            raise invalid_form(
                {"answer_id": {"_errors": [{"code": "POLL_INVALID_ANSWER", "message": "Unknown answer"}]}}
            )
        return sorted(poll.votes.get(int(answer_id), []), key=int)

    def expire(self, message: Message, *, by: str) -> None:
        """End one's own poll now. Raises RestError 50001, 50013, 520001 (it ended), 520006 (no poll)."""
        require(self.posting.world, self.posting.world.channel(message.channel_id), by)
        if message.poll is None:
            raise RestError(400, 520006, "Cannot expire a non-poll message")
        if message.author_id != by:
            raise missing_permissions()
        if message.poll.finalized:
            raise RestError(400, 520001, "Poll expired")
        message.poll.expiry = self.posting.clock()
        self._end(message, message.poll)

    def _due(self, channel_id: str, message_id: str) -> None:
        self._timers.pop(message_id, None)
        message = self.posting.world.messages.find(channel_id, message_id)
        if message is not None and message.poll is not None and not message.poll.finalized:
            self._end(message, message.poll)

    def _end(self, message: Message, poll: Poll) -> None:
        timer = self._timers.pop(message.id, None)
        if timer is not None:
            timer.cancel()
        poll.finalized = True
        self.posting.publish("MESSAGE_UPDATE", message)
        if message.visible_to is None:
            self.posting.notice(
                message.channel_id,
                message.author_id,
                _POLL_RESULT,
                reference=message.id,
                embeds=[result_embed(poll)],
            )

    def _poll(self, message: Message, user_id: str) -> tuple[Channel, Poll]:
        channel = self.posting.world.channel(message.channel_id)
        require(self.posting.world, channel, user_id, Permission.READ_MESSAGE_HISTORY)
        if message.poll is None:
            raise unknown("Message")
        return channel, message.poll

    def _tell(self, name: str, message: Message, channel: Channel, user_id: str, answer_id: int) -> None:
        about = {"user_id": user_id, "message_id": message.id, "answer_id": answer_id, **where(channel)}
        intent = Intent.GUILD_MESSAGE_POLLS if message.visible_to is None else None
        people = None if message.visible_to is None else frozenset({message.visible_to})
        self.posting.bus.publish(Event.within(channel, name, about, intent, people=people))


def result_embed(poll: Poll) -> Json:
    """How the poll went, as the fields of the embed of a message of type 46; a tie has no victor."""
    counts = {answer["answer_id"]: len(poll.votes.get(answer["answer_id"], [])) for answer in poll.answers}
    most = max(counts.values())
    first = [answer for answer in poll.answers if counts[answer["answer_id"]] == most]
    fields = {
        "poll_question_text": poll.question["text"],
        "victor_answer_votes": str(most),
        "total_votes": str(sum(counts.values())),
    }
    if len(first) == 1 and most:
        media = first[0]["poll_media"]
        fields |= {"victor_answer_id": str(first[0]["answer_id"]), "victor_answer_text": media["text"]}
        emoji = media.get("emoji") or {}
        if emoji.get("id"):
            fields["victor_answer_emoji_id"] = emoji["id"]
        if emoji:
            fields["victor_answer_emoji_name"] = emoji["name"]
            fields["victor_answer_emoji_animated"] = str(bool(emoji.get("animated"))).lower()
    return {
        "type": "poll_result",
        "fields": [{"name": name, "value": value, "inline": False} for name, value in fields.items()],
    }
