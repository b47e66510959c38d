"""The modals of cards: what is asked depends on the kind; a modal has five fields at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from discord import SelectOption, TextStyle
from discord.ui import Label, Modal, Select, TextInput

from bot.chat.custom_ids import CustomId
from bot.chat.render.modals import modal_of
from bot.story.bible import ALIASES_LIMIT, DETAIL_LIMIT, NAME_LIMIT, SECRET_LIMIT
from bot.story.brief import PREMISE_LIMIT, TONE_LIMIT, Brief, Form, Kind, Length, Premise, Rating
from bot.words import Words

_TYPED_LIMIT = 4000  # what Discord lets a text input hold
_NOBODY = "any"  # a rating that is none

_LIMITS = {
    "text": PREMISE_LIMIT,
    "name": NAME_LIMIT,
    "aliases": ALIASES_LIMIT * (NAME_LIMIT + 2),
    "want": DETAIL_LIMIT,
    "need": DETAIL_LIMIT,
    "flaw": DETAIL_LIMIT,
    "secret": SECRET_LIMIT,
}
_LONG = ("text", "secret")
_LABELS = {
    "text": "card.field.text",
    "name": "card.field.name",
    "aliases": "card.field.aliases",
    "want": "card.field.want",
    "need": "card.field.need",
    "flaw": "card.field.flaw",
    "secret": "card.field.secret",
    "form": "card.field.form",
    "length": "card.field.length",
    "rating": "card.field.rating",
}


def fields_of(kind: Kind) -> tuple[str, ...]:
    """The fields that a card of this kind is asked for, in their order."""
    if kind is Kind.CHARACTER:
        return ("text", "want", "need", "flaw", "secret")
    if kind is Kind.LORE:
        return ("name", "text", "aliases", "secret")
    return ("kind", "text", "secret")


def values_of(card: Premise, *, secret: bool) -> dict[str, str]:
    """A card as the fields of its modal; the secret only where the person may change it."""
    found = {
        "kind": card.kind.value,
        "text": card.text,
        "name": card.name,
        "aliases": ", ".join(card.aliases),
        **(card.details.model_dump() if card.details else {"want": "", "need": "", "flaw": ""}),
    }
    if secret:
        found["secret"] = card.secret.text if card.secret else ""
    return found


def card_modal(
    say: Words,
    title: str,
    custom_id: CustomId,
    kind: Kind,
    values: Mapping[str, str],
    *,
    secret: bool = True,
) -> Modal:
    """Ask for a card, these values filled in."""
    modal = modal_of(title, custom_id)
    for field in fields_of(kind):
        if field == "kind":
            modal.add_item(_kinds(say, kind))
        elif field != "secret" or secret:
            modal.add_item(_words(say, kind, field, values.get(field, "")))
    return modal


def frame_modal(say: Words, custom_id: CustomId, brief: Brief) -> Modal:
    """Ask for the frame of the story as it stands."""
    modal = modal_of(say.say("card.modal_frame"), custom_id)
    modal.add_item(_choice(say, "form", [(each.value, f"form.{each}") for each in Form], brief.form.value))
    lengths = [(each.value, f"length.{each}") for each in Length]
    modal.add_item(_choice(say, "length", lengths, brief.length.value))
    tone = TextInput[Modal](
        custom_id="tone", default=brief.tone, max_length=TONE_LIMIT, required=False, style=TextStyle.short
    )
    modal.add_item(Label(text=say.say("card.field.tone"), component=tone))
    ratings = [(_NOBODY, "card.none"), *((each.value, f"rating.{each}") for each in Rating)]
    modal.add_item(_choice(say, "rating", ratings, brief.rating.value if brief.rating else _NOBODY))
    return modal


def secret_modal(say: Words, number: int, custom_id: CustomId, text: str) -> Modal:
    """Ask for the words of a secret."""
    modal = modal_of(say.say("card.modal_secret", number=number), custom_id)
    modal.add_item(_words(say, Kind.THEME, "secret", text, required=True))
    return modal


def rating_of(value: str) -> Rating | None:
    """The rating that was chosen; raises ValueError for what is none."""
    return None if value == _NOBODY else Rating(value)


def _words(say: Words, kind: Kind, field: str, value: str, *, required: bool = False) -> Label[Modal]:
    who = field == "text" and kind is Kind.CHARACTER
    value = value[:_TYPED_LIMIT]
    return Label(
        text=say.say("card.field.character" if who else _LABELS[field]),
        component=TextInput(
            custom_id=field,
            style=TextStyle.paragraph if field in _LONG else TextStyle.short,
            default=value or None,
            max_length=max(_LIMITS[field], len(value)),
            required=required or field == "text",
        ),
    )


def _kinds(say: Words, kind: Kind) -> Label[Modal]:
    options = [
        SelectOption(label=say.say(f"kind.{each}"), value=each.value, default=each is kind) for each in Kind
    ]
    return Label(text=say.say("premise.kind_label"), component=Select(custom_id="kind", options=options))


def _choice(say: Words, field: str, values: Sequence[tuple[str, str]], chosen: str) -> Label[Modal]:
    options = [
        SelectOption(label=say.say(key), value=value, default=value == chosen) for value, key in values
    ]
    return Label(text=say.say(_LABELS[field]), component=Select(custom_id=field, options=options))
