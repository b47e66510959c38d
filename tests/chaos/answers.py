"""What an answer says: that it was done, or that it was not, in either language."""

from __future__ import annotations

import re
from functools import cache

from bot.words import LANGUAGES, words

_FIELD = re.compile(r"\\\{[^}]*\\\}")
# Refusals that stand among the words of what they refuse.
_OTHERS = (
    *("compare.itself", "compare.same", "compare.unknown", "compare.first", "export.too_big", "credits.none"),
    *("premise.none_of_yours", "card.typed_gone", "works.no_person", "works.no_other", "works.not_yours"),
    *("tree.none", "draft.none", "import.not_json", "import.not_read"),
)


def says_no(text: str) -> bool:
    """Whether a text is one of the bot's refusals or apologies, whatever stands in its fields."""
    return any(each.match(text) for each in _patterns())


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    found = []
    for language in LANGUAGES:
        say = words(language)
        for key in sorted(say.keys):
            if key.startswith(("refusal.", "error.")) or key in _OTHERS:
                text = re.escape(say._texts[key])
                found.append(re.compile(_FIELD.sub(".*?", text), re.DOTALL))
    return tuple(found)
