"""The modals, and the reading of what came back from one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discord import SelectOption, TextStyle
from discord.ui import Label, Modal, Select, TextInput

from bot.chat.custom_ids import CustomId
from bot.chat.render.quoting import plain_line
from bot.story.brief import PREMISE_LIMIT, Kind
from bot.story.room import NOTE_LIMIT
from bot.words import Words

_TITLE_LIMIT = 45
_TYPED_LIMIT = 4000  # what Discord lets a text input hold


def modal_of(title: str, custom_id: CustomId) -> Modal:
    """A modal without fields yet; its title is cut to what Discord takes."""
    return Modal(title=plain_line(title, _TITLE_LIMIT), custom_id=str(custom_id), timeout=None)


def words_modal(title: str, custom_id: CustomId, *, label: str, placeholder: str, limit: int) -> Modal:
    """Ask for one text of up to `limit` characters, under the field `text`."""
    modal = modal_of(title, custom_id)
    modal.add_item(
        Label(
            text=label,
            component=TextInput(
                custom_id="text", style=TextStyle.paragraph, placeholder=placeholder, max_length=limit
            ),
        )
    )
    return modal


def premise_modal(
    say: Words, title: str, custom_id: CustomId, *, text: str = "", kind: Kind | None = None
) -> Modal:
    """Ask for a premise: its kind and its words."""
    modal = modal_of(title, custom_id)
    options = [
        SelectOption(label=say.say(f"kind.{each}"), value=each.value, default=each is kind) for each in Kind
    ]
    modal.add_item(
        Label(text=say.say("premise.kind_label"), component=Select(custom_id="kind", options=options))
    )
    modal.add_item(
        Label(
            text=say.say("premise.text_label"),
            component=TextInput(
                custom_id="text",
                style=TextStyle.paragraph,
                placeholder=say.say("premise.text_placeholder"),
                default=text[:_TYPED_LIMIT] or None,
                max_length=max(PREMISE_LIMIT, min(len(text), _TYPED_LIMIT)),
            ),
        )
    )
    return modal


def note_modal(say: Words, draft: int, custom_id: CustomId) -> Modal:
    """Ask for a note."""
    return words_modal(
        say.say("note.modal", draft=draft),
        custom_id,
        label=say.say("note.label"),
        placeholder=say.say("note.placeholder"),
        limit=NOTE_LIMIT,
    )


def typed(submitted: Mapping[str, Any]) -> dict[str, str]:
    """What was typed or chosen, by the custom id of its part; a select gives its first value."""
    found: dict[str, str] = {}
    for part in submitted.get("components", ()):
        inner = part.get("components", [part["component"]] if "component" in part else [])
        for each in inner:
            if "values" in each:
                found[each["custom_id"]] = next(iter(each["values"]), "")
            elif "value" in each:
                found[each["custom_id"]] = each["value"] or ""
    return found
