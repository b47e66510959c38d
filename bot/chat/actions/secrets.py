"""The secret of a card: its words, and who may know them. All of it is for the person alone."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ButtonStyle
from discord.ui import UserSelect, View

from bot.chat.custom_ids import CustomId
from bot.chat.render.card_modals import secret_modal
from bot.chat.render.components import button
from bot.chat.render.quoting import quoted, quoted_line
from bot.chat.render.shown import MESSAGE_LIMIT, Row, Shown
from bot.chat.turn import Refused, Turn
from bot.story.bible import SHARED_LIMIT, Secret
from bot.story.brief import Premise
from bot.story.commands import DropSecret, KeepSecret
from bot.story.refusals import NoSuchPremise, NotYourSecret
from bot.story.room import Room
from bot.words import Words

_WORDS_ROOM = MESSAGE_LIMIT - 900  # besides up to 25 people who are named


async def show(turn: Turn, *, number: int) -> None:
    """Show the secret to those who may see it, or ask its future owner for one."""
    room = await turn.room()
    card = room.premise(number)
    if card is None or card.withdrawn:
        raise Refused(NoSuchPremise(premise=number))
    if card.secret is not None and card.secret.seen_by(turn.person.id):
        return await turn.reply.in_place(_shown(room, card, card.secret, turn))
    return await ask_for_words(turn, number=number)


async def ask_for_words(turn: Turn, *, number: int) -> None:
    """Open the modal for the words of the secret."""
    room = await turn.room()
    card = room.premise(number)
    if card is None or card.withdrawn:
        raise Refused(NoSuchPremise(premise=number))
    if card.author != turn.person.id:
        raise Refused(NotYourSecret(premise=number, author=room.name_of(card.author)))
    custom_id = CustomId("secret_kept", turn.room_id, 0, (str(number),))
    text = card.secret.text if card.secret else ""
    await turn.reply.ask(secret_modal(turn.words, number, custom_id, text))


async def keep(turn: Turn, *, number: int, text: str) -> None:
    """Give the card this secret; for whom it is stays as it was."""
    turn.typed = text
    kept = await _kept(turn, number)
    shared_with, model = (kept.shared_with, kept.model) if kept else ((), False)
    await _keep(turn, number, text=text, shared_with=shared_with, model=model)


async def tell(turn: Turn, *, number: int, model: bool) -> None:
    """Give the secret to the model, or keep it from the model's next prompts."""
    kept = await _kept(turn, number)
    await _keep(turn, number, shared_with=kept.shared_with if kept else (), model=model)


async def share(turn: Turn, *, number: int, people: Sequence[str]) -> None:
    """Share the secret with these people and no others."""
    kept = await _kept(turn, number)
    await _keep(turn, number, shared_with=tuple(people), model=kept.model if kept else False)


async def nobody(turn: Turn, *, number: int) -> None:
    """Keep the secret from everybody, the model included."""
    await _keep(turn, number, shared_with=(), model=False)


async def drop(turn: Turn, *, number: int) -> None:
    """Delete the secret."""
    outcome = await turn.act(DropSecret(at=turn.at, by=turn.person, leads=turn.leads, premise=number))
    if outcome.repeated:
        return await turn.reply.silent()
    if outcome.room:
        turn.desk.boards.refresh(outcome.room)  # a draft may rest on what the model was told
    rows = ([button(turn.words, outcome.room, "card_shown", number)],) if outcome.room else ()
    return await turn.reply.in_place(Shown(text=turn.words.say("secret.dropped", number=number), rows=rows))


async def _kept(turn: Turn, number: int) -> Secret | None:
    card = (await turn.room()).premise(number)
    return card.secret if card and card.author == turn.person.id else None


async def _keep(
    turn: Turn, number: int, *, text: str | None = None, shared_with: tuple[str, ...], model: bool
) -> None:
    outcome = await turn.act(
        KeepSecret(
            at=turn.at,
            by=turn.person,
            leads=turn.leads,
            premise=number,
            text=text,
            shared_with=shared_with,
            model=model,
        )
    )
    card = outcome.room.premise(number) if outcome.room else None
    if outcome.repeated or outcome.room is None or card is None or card.secret is None:
        return await turn.reply.silent()
    turn.desk.boards.refresh(outcome.room)  # a draft may rest on what the model was told
    return await turn.reply.in_place(_shown(outcome.room, card, card.secret, turn))


def _shown(room: Room, card: Premise, secret: Secret, turn: Turn) -> Shown:
    say = turn.words
    lines = [say.say("secret.words", number=card.id, text=quoted(secret.text, _WORDS_ROOM))]
    if secret.owner != turn.person.id:
        owner = quoted_line(room.name_of(secret.owner), 60)
        back = [button(say, room, "card_shown", card.id)]
        return Shown(text="\n".join([*lines, say.say("secret.shared", owner=owner)]), rows=(back,))
    lines.append(_scope(secret, say))
    if secret.model:
        lines.append(f"⚠️ {say.say('secret.warning')}")
    lines.append(f"**{say.say('secret.who')}**")
    return Shown(text="\n".join(lines), rows=_rows(room, card.id, secret, say))


def _scope(secret: Secret, say: Words) -> str:
    if secret.shared_with:
        people = say.say("document.comma").join(f"<@{one}>" for one in secret.shared_with)
        return say.say("secret.scope_shared_model" if secret.model else "secret.scope_shared", people=people)
    return say.say("secret.scope_model" if secret.model else "secret.scope_mine")


def _rows(room: Room, number: int, secret: Secret, say: Words) -> tuple[Row, ...]:
    people = UserSelect[View](
        custom_id=str(CustomId("secret_shared", room.id, 0, (str(number),))),
        placeholder=say.say("menu.choose"),
        min_values=0,
        max_values=SHARED_LIMIT,
    )
    private = not secret.shared_with and not secret.model
    row = [
        button(
            say,
            room,
            "secret_untell" if secret.model else "secret_tell",
            number,
            style=ButtonStyle.primary,
        ),
        button(say, room, "secret_mine", number, disabled=private),
        button(say, room, "secret_edit", number),
        button(say, room, "secret_drop", number, style=ButtonStyle.danger),
        button(say, room, "card_shown", number),
    ]
    return ([people], row)
