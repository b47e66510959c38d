"""What each kind of answer to an interaction does: messages, deferrals, edits, choices, modals, follow-ups.

Numbers are Discord's interaction callback types.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.local_discord.acts.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Interactions
from bot.local_discord.acts.posting import Posting
from bot.local_discord.errors import unknown
from bot.local_discord.forms.components import read_modal
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.message import Draft, read_message
from bot.local_discord.forms.uploads import Body
from bot.local_discord.reply import Json
from bot.local_discord.state.interactions import Interaction
from bot.local_discord.state.messages import Message, MessageFlag
from bot.local_discord.wire.messages import message_json

__all__ = ["Answers"]

_MESSAGE, _DEFER, _DEFER_UPDATE, _UPDATE, _CHOICES, _MODAL = 4, 5, 6, 7, 8, 9
_ANYTHING_BUT_CHOICES = {_MESSAGE, _DEFER, _MODAL, _DEFER_UPDATE, _UPDATE}
_ALLOWED = {
    COMMAND: {_MESSAGE, _DEFER, _MODAL},
    COMPONENT: _ANYTHING_BUT_CHOICES,
    AUTOCOMPLETE: {_CHOICES},
    MODAL_SUBMIT: {_MESSAGE, _DEFER, _DEFER_UPDATE, _UPDATE},
}
_CHAT_INPUT_MESSAGE, _MENU_MESSAGE = 20, 23


@dataclass
class Answers:
    """Turns the bot's answers into messages and frames."""

    posting: Posting
    interactions: Interactions

    def first(self, interaction_id: str, token: str, body: Body) -> Json:
        """The first answer; Discord's callback response. Raises RestError 10062, 40060, 10003, 50035."""
        interaction = self.interactions.acknowledge(interaction_id, token)
        self.posting.world.channel(interaction.channel_id)  # it may have been removed meanwhile
        kind = body.json.get("type")
        form = Form()
        if form.one_of(kind, ("type",), sorted(_ALLOWED[interaction.type])):
            has_message = interaction.message_id is not None
            if kind in {_DEFER_UPDATE, _UPDATE} and not has_message:
                form.fail(("type",), "INTERACTION_RESPONSE_TYPE_INVALID", "There is no message to update")
        form.check()
        content = body.json.get("data") or {}
        if kind in {_MESSAGE, _DEFER}:
            self._message(interaction, kind, Body(content, body.files))
        elif kind in {_DEFER_UPDATE, _UPDATE}:
            self._update(interaction, kind, Body(content, body.files))
        elif kind == _CHOICES:
            self._choices(interaction, content)
        else:
            self._modal(interaction, content)
        return self._callback(interaction)

    def follow_up(self, interaction: Interaction, body: Body) -> Message:
        """A further message; the first one after a deferral fills the message that says "thinking"."""
        draft = read_message(body.json, files=len(body.files), fresh=True)
        original = self.interactions.original_of(interaction)
        if original is not None and original.flags & MessageFlag.LOADING:
            return self.posting.edit(original, draft, body.files)
        metadata = dict(interaction.metadata)
        if original is not None:
            metadata["original_response_message_id"] = original.id
        draft.reference = None
        return self._post(interaction, draft, body, metadata)

    def message(self, interaction: Interaction, message_id: str) -> Message:
        """A message of this interaction, `@original` or by id. Raises RestError 10008."""
        if message_id == "@original":
            message_id = interaction.original_id or ""
        found = self.posting.world.messages.get(interaction.channel_id, message_id)
        is_own = (found.interaction or {}).get("id") == interaction.id
        if not is_own and found.id != interaction.message_id:
            raise unknown("Message")
        return found

    def _message(self, interaction: Interaction, kind: int, body: Body) -> None:
        fresh = kind == _MESSAGE
        draft = read_message(body.json, files=len(body.files), fresh=fresh, path=("data",))
        self.interactions.answered(interaction, kind)
        loading = 0 if fresh else int(MessageFlag.LOADING)
        original = self._post(interaction, draft, body, interaction.metadata, extra_flags=loading)
        interaction.original_id = original.id
        if not fresh:
            self._deferred(interaction, original, update=False)

    def _update(self, interaction: Interaction, kind: int, body: Body) -> None:
        message = self.interactions.message_of(interaction)
        if message is None:
            raise unknown("Message")
        draft = read_message(body.json, files=len(body.files), fresh=False, path=("data",))
        interaction.original_id = message.id
        self.interactions.answered(interaction, kind)
        if kind == _UPDATE:
            self.posting.edit(message, draft, body.files)
        else:
            self._deferred(interaction, message, update=True)

    def _choices(self, interaction: Interaction, body: Json) -> None:
        form = Form()
        choices = form.items(body.get("choices"), ("data", "choices"), most=25)
        for index, choice in enumerate(choices):
            where = ("data", "choices", index)
            form.text(choice.get("name"), (*where, "name"), least=1, most=100, required=True)
            if isinstance(choice.get("value"), str):
                form.text(choice["value"], (*where, "value"), most=100)
        form.check()
        self.interactions.answered(interaction, _CHOICES)
        self.interactions.tell(interaction, "COMMAND_AUTOCOMPLETE", {"choices": choices})

    def _modal(self, interaction: Interaction, body: Json) -> None:
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
        self, interaction: Interaction, draft: Draft, body: Body, metadata: Json, *, extra_flags: int = 0
    ) -> Message:
        ephemeral = (draft.flags or 0) & MessageFlag.EPHEMERAL
        kind = 0
        if interaction.original_id is None and interaction.type == COMMAND:
            kind = _MENU_MESSAGE if "target_message_id" in metadata else _CHAT_INPUT_MESSAGE
        return self.posting.post(
            interaction.channel_id,
            self.posting.world.application.bot_id,
            draft,
            body.files,
            kind=kind,
            interaction=metadata,
            visible_to=interaction.user_id if ephemeral else None,
            extra_flags=extra_flags,
        )

    def _callback(self, interaction: Interaction) -> Json:
        about: Json = {"id": interaction.id, "type": interaction.type}
        reply: Json = {"interaction": about}
        message = self.interactions.original_of(interaction)
        if message is not None:
            about["response_message_id"] = message.id
            about["response_message_loading"] = bool(message.flags & MessageFlag.LOADING)
            about["response_message_ephemeral"] = message.visible_to is not None
            if interaction.answer in {_MESSAGE, _UPDATE}:
                reply["resource"] = {
                    "type": interaction.answer,
                    "message": message_json(self.posting.world, message),
                }
        return reply
