"""An empty room, its premises and cards, a secret, what is refused, a board that is full."""

from __future__ import annotations

import asyncio

from tests.bot.chat.asides import share
from tests.bot.chat.person import Person
from tests.bot.chat.reading import text_of
from tests.end_to_end.gallery import PHONE, PHONE_SCREENS
from tests.end_to_end.screens.room import Room


async def the_bible(room: Room) -> None:
    say, ana = room.say, room.ana
    g = room.gallery
    board = await room.board("board-empty")
    await g.form("premise-form", board, say.say("button.add_premise"))
    await room.press("premises-none", say.say("button.my_premises"), board)
    await room.told("bible-empty", await room.command("bible"))
    for person, (kind, text) in zip((*room.people, ana), room.story.premises, strict=True):
        await person.command(room.id, "premise add", kind=kind, text=text)
    await room.public("premise-added", room.story.premises[1][1])
    await room.command("card add", kind="lore")
    name, text = room.story.lore
    await ana.submit(name=name, text=text, aliases="", secret="")
    await room.public("lore-added", text)
    await g.form_of(
        "card-form",
        f"{say.say('command.card.name')} {say.say('command.card.add.name')}",
        say.say("kind.character"),
    )
    mine = await room.press("my-premises", say.say("button.my_premises"), board)
    await room.choose("card-bare", "1 ", mine)
    bible = await room.told("bible", await room.command("bible"))
    await room.command("card edit", card=1)
    story = room.story
    await ana.submit(want=story.want, need=story.need, flaw="", secret=story.secret)
    card = await room.choose("card", "1 ", bible)
    await g.form("card-edit-form", card, say.say("button.card_edit"))
    kept = await room.press("secret", say.say("button.card_secret"), card)
    await g.form("secret-form", kept, say.say("button.secret_edit"))
    await room.press("secret-told", say.say("button.secret_tell"), kept)
    await room.told("card-history", await room.command("card history", card=1))
    await room.command("card pin", card=1)
    await room.public("card-pinned", say.say("card.pinned", who="Ana", number=1))
    await room.command("card lock", card=1)
    await room.public("card-locked", say.say("card.locked", who="Ana", number=1))
    await room.told("refused-locked-card", await room.command("card edit", card=1))
    await room.told("refused-no-draft", await room.command("room lock"))
    await room.told("refused-not-yours", await room.command("premise withdraw", premise=2))
    await room.told("refused-too-long", await room.command("premise add", kind="twist", text="x" * 1600))
    await _a_secret_is_shared(room)
    await _two_change_a_card(room)
    await room.board("board-premises", room.story.premises[4][1][:4])


async def _a_secret_is_shared(room: Room) -> None:
    """Josef's, by Ana with Bo: what she sees; and the valley's, by Bo with her."""
    say, ana, bo = room.say, room.ana, room.people[1]
    await room.command("card secret", card=5)
    await ana.submit(secret=room.story.secret)
    kept = await ana.private(say.say("secret.scope_mine"))
    await share(ana, kept, bo)
    await ana.until(lambda: bo.id in text_of(ana.now(kept)), "the secret, shared")
    await room.gallery.shows("secret-shared", kept, private=True)
    await bo.command(room.id, "card secret", card=2)
    await bo.submit(secret=room.story.question)
    theirs = await bo.private(say.say("secret.scope_mine"))
    await share(bo, theirs, ana)
    await bo.until(lambda: ana.id in text_of(bo.now(theirs)), "the secret, shared")
    told = await room.told("secret-of-another", await room.command("card secret", card=2), asks=1)
    await room.press("card-of-another", say.say("button.card_shown"), told)
    await bo.press(say.say("button.secret_drop"), theirs)


async def _two_change_a_card(room: Room) -> None:
    say, ana = room.say, room.ana
    await room.command("card edit", card=5)
    first = await ana.modal()
    text = room.story.premises[4][1]
    await room.command("card edit", card=5)
    await ana.submit(need=room.story.need)
    await ana.sees(
        say.say("premise.edited", who="Ana", kind=say.say("kind.character"), number=5, text="#").partition(
            "#"
        )[0],
        room.id,
    )
    late = await ana.client.interact(
        type=5,
        channel_id=room.id,
        interaction_id=first["interaction_id"],
        fields={"text": text, "want": room.story.want},
    )
    await ana.answered(late)
    met = await room.told("changed-meanwhile", late)
    await room.gallery.form("merge-form", met, say.say("button.card_merge"))


async def bo_changes_a_card(room: Room) -> None:
    """What rests on it is stale: it can be redone alone, or be kept."""
    say, bo = room.say, room.people[1]
    await bo.command(room.id, "premise edit", premise=2)
    await bo.submit(text=room.story.changed)
    stale = await room.board("board-stale", "⚠")
    await room.ana.press(say.say("button.card_redo"), stale)
    await room.gallery.shows("round-redone", await room.round(6), private=False, asks=0)
    await room.ana.press(say.say("button.card_fine"), stale)
    await room.public("stale-fine", say.say("stale.fine", who="Ana", draft=4))


async def a_full_board(room: Room) -> None:
    g = room.gallery

    async def brings(person: Person, many: int) -> None:
        for number in range(many):
            text = " ".join([f"{person.id[-1]}{number}", *[room.story.theme] * 3])
            await person.command(room.id, "premise add", kind="theme", text=text)

    await asyncio.gather(*(brings(person, 10) for person in room.people[1:]))
    board = await room.board("board-full", "36")
    row = g.phone.locator(f'.message[data-id="{board["id"]}"]')
    height = await row.evaluate("row => row.getBoundingClientRect().height")
    assert height <= PHONE_SCREENS * PHONE[1], f"{height / PHONE[1]:.2f} screens of a phone"
    await room.told("bible-full", await room.command("bible"))
