"""Cards of the bible: looking at them, bringing and changing them, and what may be done to them besides."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from bot.chat.actions.card_notices import tell_of_card
from bot.chat.actions.meeting import edited_meanwhile
from bot.chat.custom_ids import CustomId
from bot.chat.render.card_modals import card_modal, fields_of, frame_modal, values_of
from bot.chat.render.cards import bible_page, card_view, frame_of, frame_view
from bot.chat.render.history import history_pages
from bot.chat.render.quoting import quoted_line
from bot.chat.render.shown import Shown
from bot.chat.turn import Refused, Turn
from bot.rooms import Outcome
from bot.story.bible import FRAME, Details
from bot.story.brief import Form, Kind, Length, Premise, Rating
from bot.story.card_history import history_of
from bot.story.commands import (
    AddPremise,
    ChangeFrame,
    EditPremise,
    LockCard,
    OpenCard,
    PersonCommand,
    PinCard,
    UnlockCard,
    WithdrawPremise,
)
from bot.story.decide.premises import names_in
from bot.story.decide.room import led_by
from bot.story.refusals import CardIsLocked, ChangedMeanwhile, NoSuchPremise, NotYours
from bot.story.room import Room
from bot.story.secrets import room_seen_by
from bot.words import Words, words

Fields: TypeAlias = dict[str, str]


async def show_bible(turn: Turn, *, page: int = 0, kind: Kind | None = None) -> None:
    """Show a page of the bible to the person alone."""
    room = await turn.room()
    await turn.reply.in_place(bible_page(room, turn.words, page=page, kind=kind))


async def show(turn: Turn, *, number: int) -> None:
    """Show one card to the person alone."""
    room = await turn.room()
    if number != FRAME:
        _card(room, number)
    await turn.reply.in_place(_view(room, number, turn))


async def show_history(turn: Turn, *, number: int) -> None:
    """Show every version of a card to the person alone."""
    room = await turn.room()
    if number != FRAME:
        _card(room, number, withdrawn=True)
    steps = history_of(await turn.desk.rooms.events(room.id), number)
    for text in history_pages(room, number, steps, turn.words):
        await turn.reply.private(Shown(text=text))


async def ask_for_new(turn: Turn, *, kind: Kind) -> None:
    """Open the modal for a card of this kind."""
    custom_id = CustomId("card_added", turn.room_id, 0, (kind.value,))
    title = turn.words.say("card.modal_add", kind=turn.words.say(f"kind.{kind}"))
    await turn.reply.ask(card_modal(turn.words, title, custom_id, kind, {}))


async def add(turn: Turn, *, kind: Kind, typed: Fields) -> None:
    """Bring a card."""
    turn.typed = as_text(typed)
    outcome = await turn.act(
        AddPremise(
            at=turn.at,
            by=turn.person,
            leads=turn.leads,
            kind=Kind(typed.get("kind", kind)),
            text=typed.get("text", ""),
            name=typed.get("name", ""),
            aliases=names_in(typed.get("aliases", "")),
            details=_details(typed),
            secret=typed.get("secret", ""),
        )
    )
    room = outcome.room
    if room is None or not outcome.events:
        return await turn.reply.silent()
    card = next(one for one in reversed(room.premises) if one.added_by == turn.person.id)
    return await tell_of_card(turn, outcome, "premise.added", card)


async def ask_for_change(turn: Turn, *, number: int) -> None:
    """Open the modal for a card, its words filled in; only a read comes before a modal."""
    room = await turn.room()
    if number == FRAME:
        if refusal := led_by(room, turn.person.id, leads=turn.leads):
            raise Refused(refusal)
        if room.frame.locked_by is not None:
            raise Refused(CardIsLocked(premise=FRAME, who=room.name_of(room.frame.locked_by)))
        version = room.frame.versions[-1].revision if room.frame.versions else 0
        custom_id = CustomId("card_framed", turn.room_id, 0, (str(version),))
        return await turn.reply.ask(frame_modal(turn.words, custom_id, room.brief))
    card = _card(room, number)
    own = card.author == turn.person.id
    if not own and not card.open:  # the rules would say so too, but only after all the typing
        raise Refused(NotYours(author=room.name_of(card.author)))
    if card.locked_by is not None:
        raise Refused(CardIsLocked(premise=number, who=room.name_of(card.locked_by)))
    custom_id = CustomId("card_edited", turn.room_id, 0, (str(number), str(card.version)))
    title = turn.words.say("card.modal_edit", number=number)
    values = values_of(card, secret=own)
    return await turn.reply.ask(card_modal(turn.words, title, custom_id, card.kind, values, secret=own))


async def edit(turn: Turn, *, number: int, seen: int | None, typed: Fields) -> None:
    """Change a card; where somebody else did meanwhile, tell what and keep what was typed."""
    turn.typed = as_text(typed)
    try:
        outcome = await turn.act(_edit(turn, number, seen, typed))
    except Refused as refused:
        room = refused.room
        if not isinstance(refused.refusal, ChangedMeanwhile) or room is None:
            raise
        return await edited_meanwhile(turn, room, refused.refusal, seen=seen or 0, typed=typed)
    card = outcome.room.premise(number) if outcome.room else None
    if outcome.repeated:
        return await turn.reply.silent()
    if card is None or not outcome.events:
        return await turn.reply.private(Shown(text=turn.words.say("premise.same")))
    if all(event.type.startswith("Secret") for event in outcome.events):
        return await turn.reply.private(_view(outcome.room, number, turn))
    return await tell_of_card(turn, outcome, "premise.edited", card)


async def change_frame(
    turn: Turn, *, seen: int, form: Form, length: Length, tone: str, rating: Rating | None
) -> None:
    """Change form, length, tone and rating."""
    outcome = await turn.act(
        ChangeFrame(
            at=turn.at,
            by=turn.person,
            leads=turn.leads,
            form=form,
            length=length,
            tone=tone,
            rating=rating,
            seen=seen,
        )
    )
    await _announced(
        turn,
        outcome,
        FRAME,
        lambda say, who, room: say.say("card.frame_changed", who=who, frame=frame_of(room, say)),
    )


async def lock(turn: Turn, *, number: int) -> None:
    """Let nobody change a card."""
    command = LockCard(at=turn.at, by=turn.person, leads=turn.leads, premise=number)
    await _do(turn, command, number, "card.locked")


async def unlock(turn: Turn, *, number: int) -> None:
    """Let a card be changed again."""
    command = UnlockCard(at=turn.at, by=turn.person, leads=turn.leads, premise=number)
    await _do(turn, command, number, "card.unlocked")


async def pin(turn: Turn, *, number: int, pinned: bool) -> None:
    """Have a card in prompts, named or not, and cut last; or no longer."""
    command = PinCard(at=turn.at, by=turn.person, leads=turn.leads, premise=number, pinned=pinned)
    await _do(turn, command, number, "card.pinned" if pinned else "card.unpinned")


async def open_card(turn: Turn, *, number: int, opened: bool) -> None:
    """Let everybody edit a card, or only its author."""
    command = OpenCard(at=turn.at, by=turn.person, leads=turn.leads, premise=number, open=opened)
    await _do(turn, command, number, "card.opened" if opened else "card.shut")


async def delete(turn: Turn, *, number: int) -> None:
    """Take a card out; rounds that are being written from it are named."""
    command = WithdrawPremise(at=turn.at, by=turn.person, leads=turn.leads, premise=number)
    outcome = await turn.act(command)
    await _announced(turn, outcome, number, lambda say, who, room: withdrawn_text(say, who, room, number))


def withdrawn_text(say: Words, who: str, room: Room, number: int) -> str:
    """What the room is told of a withdrawn card: with the rounds that are being written from it."""
    text = say.say("premise.withdrawn", who=who, number=number)
    rounds = [one.number for one in room.open_rounds if number in one.premises]
    if not rounds:
        return text
    named = say.say("document.comma").join(map(str, rounds))
    return f"{text} {say.count('card.being_written', len(rounds), rounds=named)}"


def as_text(typed: Fields) -> str:
    """What was typed, to be given back: each field that has words, an empty line between them."""
    return "\n\n".join(text for field in fields_in_order(typed) if (text := typed[field].strip()))


def fields_in_order(typed: Fields) -> tuple[str, ...]:
    """The fields of words in the order of their modal."""
    known = dict.fromkeys((*fields_of(Kind.LORE), *fields_of(Kind.CHARACTER), "tone"))
    return tuple(field for field in known if field in typed)


def _edit(turn: Turn, number: int, seen: int | None, typed: Fields) -> EditPremise:
    return EditPremise(
        at=turn.at,
        by=turn.person,
        leads=turn.leads,
        premise=number,
        text=typed.get("text", ""),
        kind=Kind(typed["kind"]) if "kind" in typed else None,
        name=typed.get("name"),
        aliases=names_in(typed["aliases"]) if "aliases" in typed else None,
        details=_details(typed),
        secret=typed.get("secret"),
        seen=seen,
    )


def _details(typed: Fields) -> Details | None:
    told = {name: typed[name] for name in Details.model_fields if name in typed}
    return Details(**told) if told else None


async def _do(turn: Turn, command: PersonCommand, number: int, key: str) -> None:
    outcome = await turn.act(command)
    await _announced(turn, outcome, number, lambda say, who, _: say.say(key, who=who, number=number))


async def _announced(
    turn: Turn, outcome: Outcome, number: int, text: Callable[[Words, str, Room], str]
) -> None:
    """Tell the room; the view that the button stood on shows the card as it is now."""
    room = outcome.room
    if outcome.repeated or room is None:
        return await turn.reply.silent()
    if not outcome.events:
        return await turn.reply.private(Shown(text=turn.words.say("card.as_it_was")))
    if turn.interaction.message is not None and turn.interaction.message.flags.ephemeral:
        await turn.reply.update(_view(room, number, turn))
    say = words(room.brief.language)
    turn.desk.boards.refresh(room)
    return await turn.reply.public(Shown(text=text(say, quoted_line(turn.person.name, 60), room)))


def _view(room: Room | None, number: int, turn: Turn) -> Shown:
    if room is None:
        return Shown(text=turn.words.say("card.as_it_was"))
    if number == FRAME:
        return frame_view(room, turn.words)
    card = _card(room_seen_by(room, turn.person.id), number, withdrawn=True)
    return card_view(room, card, turn.words, turn.person.id)


def _card(room: Room, number: int, *, withdrawn: bool = False) -> Premise:
    card = room.premise(number)
    if card is None or (card.withdrawn and not withdrawn):
        raise Refused(NoSuchPremise(premise=number))
    return card
