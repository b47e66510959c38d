"""What is shown of structure: a form with its beats, and a reading with the sentences that it cites."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.render.quoting import quoted_line
from bot.chat.render.shown import Shown
from bot.story.brief import Language
from bot.story.lore import title_of
from bot.story.room import Draft, Room
from bot.story.structure import Structure
from bot.story.structure.reading import Finding
from bot.words import Words

_QUOTE = 130  # characters of a cited sentence, so that six fit a message
_CUES = 4


def structure_shown(structure: Structure, say: Words) -> Shown:
    """A structure form: its source, and what each beat does."""
    language = Language(say.language)
    head = say.say(
        "structure.now",
        name=structure.name[language],
        beats=len(structure.beats),
        source=quoted_line(structure.source, 300),
    )
    beats = [
        say.say(
            "structure.beat",
            label=beat.label[language],
            share=round(100 * beat.share),
            does=beat.does[language],
        )
        for beat in structure.beats
    ]
    return Shown(text="\n".join([head, *beats]))


def reading_shown(room: Room, draft: Draft, findings: Sequence[Finding], say: Words) -> Shown:
    """A reading: a line for each element, and what such a reading is worth."""
    head = say.say("structure.reading", draft=draft.number)
    lines = [_line(room, finding, say) for finding in findings]
    return Shown(text="\n".join([head, *lines, f"-# {say.say('structure.worth')}"]))


def _line(room: Room, finding: Finding, say: Words) -> str:
    element = say.say(f"element.{finding.element}")
    if finding.sentence is None:
        return say.say("structure.missing", element=element)
    cards = [card for number in finding.cards if (card := room.premise(number))]
    named = [quoted_line(title_of(card), 30) for card in cards[:2]]
    because = [f"“{quoted_line(cue, 30)}”" for cue in finding.cues[:_CUES]] + named
    return say.say(
        "structure.found",
        element=element,
        sentence=finding.sentence,
        quote=quoted_line(finding.quote, _QUOTE),
        because=say.say("document.comma").join(because),
    )
