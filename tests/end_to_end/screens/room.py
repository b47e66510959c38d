"""A room that is looked at: what Ana does in it, and the screens that come of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.words import Words
from tests.bot.chat.person import Person
from tests.bot.chat.reading import Message, is_private, labels, text_of
from tests.bot.chat.stage import Stage
from tests.end_to_end.gallery import Gallery
from tests.end_to_end.stories import STORIES, Story
from tests.end_to_end.used import Used


@dataclass
class Room:
    """A room, those who are in it, and the windows through which Ana sees it."""

    stage: Stage
    gallery: Gallery
    id: str
    people: tuple[Person, Person, Person, Person]
    say: Words
    used: Used

    @property
    def story(self) -> Story:
        return STORIES[self.say.language]

    @property
    def ana(self) -> Person:
        return self.people[0]

    async def told(self, name: str, interaction: str, *, asks: int = 1) -> Message:
        """What Ana alone was shown in answer to something that she did."""
        message = await self.ana.private("", to=interaction)
        await self.ana.until(lambda: text_of(self.ana.now(message)) or message["attachments"], name)
        await self.gallery.shows(name, message, private=True, asks=asks)
        return self.ana.now(message)

    async def press(self, name: str, label: str, on: Message) -> Message:
        """Ana presses a button on a message; what she is shown for it."""
        return await self._shown_for(name, on, lambda: self.ana.press(label, on))

    async def choose(self, name: str, option: str, on: Message) -> Message:
        """Ana chooses in a menu; what she is shown for it."""
        return await self._shown_for(name, on, lambda: self.ana.choose(option, on))

    async def _shown_for(self, name: str, on: Message, act: Callable[[], Awaitable[str]]) -> Message:
        """A message of its own, or the one that was used, changed."""
        before = len(self.ana.versions(on))
        interaction = await act()

        def changed() -> Message | None:
            for each in self.ana.messages():
                if is_private(each) and each.get("interaction_metadata", {}).get("id") == interaction:
                    return each if text_of(each) or each["attachments"] else None
            return self.ana.now(on) if len(self.ana.versions(on)) > before else None

        await self.ana.until(changed, name)
        found = changed()
        assert found is not None
        await self.gallery.shows(name, found, private=True)
        return found

    async def public(self, name: str, text: str, *, asks: int = 0) -> Message:
        """What everybody sees, with these words in it."""
        message = await self.ana.sees(text, self.id)
        await self.gallery.shows(name, message, private=False, asks=asks)
        return message

    async def board(self, name: str, text: str = "") -> Message:
        board = await self.ana.board(self.id, text)
        await self.gallery.shows(name, board, private=False, asks=0)
        return board

    async def command(self, name: str, **given: Any) -> str:
        return await self.ana.command(self.id, name, **given)

    async def round(self, number: int) -> Message:
        """A round's message, once it is over."""
        again = self.say.say("button.again")

        def ended(message: Message) -> bool:
            head = text_of(message).partition("\n")[0]
            return head.startswith(f"**{self.title(number)}") and again in labels(message)

        await self.ana.until(lambda: any(map(ended, self.ana.messages())), f"round {number}")
        return next(each for each in self.ana.messages() if ended(each))

    async def adopts(self, number: int, draft: int) -> Message:
        """Adopt take A of a round; the notice of the draft."""
        adopt = self.say.say("button.adopt", letter="A")
        await self.ana.press(adopt, await self.round(number))
        return await self.ana.sees(self.adopted(draft), self.id)

    def title(self, number: int) -> str:
        """How the message of a round begins."""
        return self.say.say("works.reading", number=number, title="")

    def adopted(self, draft: int) -> str:
        told = self.say.say("draft.adopted", who="Ana", letter="A", draft=draft)
        return told.partition(f"{draft}")[0] + f"{draft}"
