"""What each kind of answer to an interaction does: messages, deferrals, edits, choices, modals, follow-ups.

Numbers are Discord's interaction callback types. Activities (12) and what only games need (13) are not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.local_discord.acts.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Interactions
from bot.local_discord.acts.posting import Posting
from bot.local_discord.errors import not_built, unknown
from bot.local_discord.forms.choices import read_choices
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.message import Draft, read_message
from bot.local_discord.forms.modal import read_modal
from bot.local_discord.forms.uploads import Body
from bot.local_discord.reply import Json
from bot.local_discord.state.interactions import Interaction
from bot.local_discord.state.messages import Message, MessageFlag
from bot.local_discord.wire.interactions import callback_json

__all__ = ["Answers"]

_MESSAGE, _DEFER, _DEFER_UPDATE, _UPDATE, _CHOICES, _MODAL = 4, 5, 6, 7, 8, 9
_LAUNCH, _PURCHASE = 12, 13
_ALLOWED = {
    COMMAND: (_MESSAGE, _DEFER, _MODAL, _LAUNCH, _PURCHASE),
    COMPONENT: (_MESSAGE, _DEFER, _DEFER_UPDATE, _UPDATE, _MODAL, _LAUNCH, _PURCHASE),
    AUTOCOMPLETE: (_CHOICES,),
    MODAL_SUBMIT: (_MESSAGE, _DEFER, _DEFER_UPDATE, _UPDATE, _LAUNCH, _PURCHASE),
}
_CHAT_INPUT_MESSAGE, _MENU_MESSAGE = 20, 23
_CHAT_INPUT, _TEXT_OPTION = 1, 3


@dataclass
class Answers:
    """Turns the bot's answers into messages and frames."""

    posting: Posting
    interactions: Interactions

    def first(self, interaction_id: str, token: str, body: Body) -> Json:
        """The first answer; Discord's callback response. Raises RestError 10062, 40060, 10008, 50035."""
        interaction = self.interactions.acknowledge(interaction_id, token)
        self.posting.world.channel(interaction.channel_id)  # it may have been removed meanwhile
        kind = self._kind(interaction, body.json.get("type"))
        content = body.json.get("data")
        if kind == _CHOICES:
            self._choices(interaction, content)
        elif kind == _MODAL:
            self._modal(interaction, content)
        elif kind in {_MESSAGE, _DEFER}:
            self._message(interaction, kind, Body({} if content is None else content, body.files))
        else:
            self._update(interaction, kind, Body({} if content is None else content, body.files))
        return callback_json(self.posting.world, interaction, self.interactions.original_of(interaction))

    def follow_up(self, interaction: Interaction, body: Body) -> Message:
        """A further message; the first one after a deferral fills the message that says "thinking"."""
        draft = read_message(body.json, files=body.files.keys(), fresh=True)
        original = self.interactions.original_of(interaction)
        if original is not None and original.flags & MessageFlag.LOADING:
            return self.posting.edit(original, draft, body.files)
        metadata = dict(interaction.metadata)
        if original is not None:
            metadata["original_response_message_id"] = original.id
        draft.reference = None
        return self._post(interaction, draft, body, metadata)

    def message(self, interaction: Interaction, message_id: str) -> Message:
        """A message of this interaction, `@original` or by id. Raises RestError 10003, 10008."""
        if message_id == "@original":
            message_id = interaction.original_id or ""
        self.posting.world.channel(interaction.channel_id)
        found = self.posting.world.messages.get(interaction.channel_id, message_id)
        is_own = (found.interaction or {}).get("id") == interaction.id
        if not is_own and found.id != interaction.message_id:
            raise unknown("Message")
        return found

    def _kind(self, interaction: Interaction, kind: Any) -> int:  # noqa: ANN401 - an unchecked JSON value
        """The answer's type, if this interaction takes it. Raises RestError 50035, 501."""
        form = Form()
        if form.one_of(kind, ("type",), _ALLOWED[interaction.type]):
            if kind in {_LAUNCH, _PURCHASE}:
                raise not_built(f"activities and purchases (interaction callback type {kind})")
            if kind in {_DEFER_UPDATE, _UPDATE} and interaction.message_id is None:
                form.fail(("type",), "INTERACTION_RESPONSE_TYPE_INVALID", "There is no message to update")
        form.check()
        return int(kind)

    def _message(self, interaction: Interaction, kind: int, body: Body) -> None:
        fresh = kind == _MESSAGE
        draft = read_message(body.json, files=body.files.keys(), fresh=fresh, path=("data",))
        files = body.files
        if not fresh:
            # Of what comes with a deferral, its being ephemeral is all that counts.
            draft, files = Draft(flags=(draft.flags or 0) & MessageFlag.EPHEMERAL), {}
        draft.reference = None
        loading = 0 if fresh else int(MessageFlag.LOADING)
        original = self._post(
            interaction, draft, Body({}, files), interaction.metadata, loading=loading, answer=kind
        )
        if not fresh:
            self._deferred(interaction, original, update=False)

    def _update(self, interaction: Interaction, kind: int, body: Body) -> None:
        message = self.interactions.message_of(interaction)
        if message is None:
            raise unknown("Message")
        if kind == _UPDATE:
            draft = read_message(body.json, files=body.files.keys(), fresh=False, path=("data",), of=message)
            self.posting.edit(message, draft, body.files)
        interaction.original_id = message.id
        self.interactions.answered(interaction, kind)
        if kind == _DEFER_UPDATE:
            self._deferred(interaction, message, update=True)

    def _choices(self, interaction: Interaction, body: Any) -> None:  # noqa: ANN401 - an unchecked JSON value
        form = Form()
        choices = read_choices(form, body, ("data",), interaction.focused or _TEXT_OPTION)
        form.check()
        self.interactions.answered(interaction, _CHOICES)
        self.interactions.tell(interaction, "COMMAND_AUTOCOMPLETE", {"choices": choices})

    def _modal(self, interaction: Interaction, body: Any) -> None:  # noqa: ANN401 - an unchecked JSON value
        modal = read_modal(body)
        interaction.modal = modal
        self.interactions.answered(interaction, _MODAL)
        application = self.posting.world.application
        about = {
            "channel_id": interaction.channel_id,
            "application": {"id": application.id, "name": application.name},
        }
        self.interactions.tell(interaction, "INTERACTION_MODAL_CREATE", {**modal, **about})

    def _deferred(self, interaction: Interaction, message: Message, *, update: bool) -> None:
        ephemeral = message.visible_to is not None
        about = {"message_id": message.id, "update": update, "ephemeral": ephemeral}
        self.interactions.tell(interaction, "INTERACTION_DEFERRED", about)

    def _post(
        self,
        interaction: Interaction,
        draft: Draft,
        body: Body,
        metadata: Json,
        *,
        loading: int = 0,
        answer: int | None = None,
    ) -> Message:
        ephemeral = (draft.flags or 0) & MessageFlag.EPHEMERAL
        kind = 0
        if answer is not None and interaction.type == COMMAND:
            kind = _CHAT_INPUT_MESSAGE if metadata["command_type"] == _CHAT_INPUT else _MENU_MESSAGE
        message = self.posting.post(
            interaction.channel_id,
            self.posting.world.application.bot_id,
            draft,
            body.files,
            kind=kind,
            interaction=metadata,
            visible_to=interaction.user_id if ephemeral else None,
            extra_flags=loading,
        )
        if answer is not None:
            interaction.original_id = message.id
            self.interactions.answered(interaction, answer)
        return message
