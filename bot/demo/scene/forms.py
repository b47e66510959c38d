"""Every sentence that a scene may contain, each as one template: read, written and documented from here.

`{name:kind}` is a value (see `values.KINDS`), `[...]` may be left out, `(s)` may be missing. What a sentence
does is in `actions`, `expectations` and `play`, under the sentence's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.demo.scene.values import KINDS, NotAValue

_TOKEN = re.compile(
    r"\{(?P<name>\w+):(?P<kind>\w+)\}|(?P<open>\[)|(?P<close>\])|(?P<plural>\(s\))|(?P<literal>[^{\[\](]+)"
)


@dataclass(frozen=True)
class Form:
    """One sentence. `below` says what its indented lines are: nothing, `fields` or `steps`."""

    name: str
    template: str
    below: str = ""

    def read(self, text: str) -> dict[str, Any] | None:
        """The values in a line, or None where the line is not this sentence.

        Raises:
            NotAValue: it is this sentence, but one value is not written as it must be.

        """
        matched = _pattern(self.template).fullmatch(text)
        if matched is None:
            return None
        kinds = dict(re.findall(r"\{(\w+):(\w+)\}", self.template))
        values = {}
        for name, found in matched.groupdict().items():
            if found is None:
                continue
            try:
                values[name] = KINDS[kinds[name]].read(found)
            except NotAValue as mistake:
                raise NotAValue(f"{found} {mistake}") from None
        return values

    def write(self, values: Mapping[str, Any]) -> str:
        """The sentence with these values; parts whose value is missing are left out."""
        written, part = [""], 0
        keep = [True]
        for token in _TOKEN.finditer(self.template):
            if token["open"]:
                written.append("")
                keep.append(True)
                part += 1
            elif token["close"]:
                text, kept = written.pop(), keep.pop()
                part -= 1
                written[part] += text if kept else ""
            elif token["name"]:
                if token["name"] in values:
                    written[part] += KINDS[token["kind"]].write(values[token["name"]])
                else:
                    keep[part] = False
            else:
                written[part] += "s" if token["plural"] else token["literal"]
        return written[0]

    @property
    def usage(self) -> str:
        """The template for people: `WHO sees WORDS [on PLACE]`."""
        return re.sub(r"\{(\w+):(\w+)\}", lambda value: value[1].upper(), self.template)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    built = []
    for token in _TOKEN.finditer(template):
        if token["name"]:
            built.append(f"(?P<{token['name']}>{KINDS[token['kind']].pattern})")
        elif token["open"]:
            built.append("(?:")
        elif token["close"]:
            built.append(")?")
        elif token["plural"]:
            built.append("s?")
        else:
            built.append(re.escape(token["literal"]).replace(r"\ ", r"\s+"))
    return re.compile("".join(built))


_WITHIN = "[ within {seconds:number} seconds]"
_ON = "[ on {place:place}]"

FORMS: tuple[Form, ...] = (
    Form("heading", "== {title:title} =="),
    # What people do
    Form("goes", "{who:person} goes to {channel:channel}"),
    Form("enters", "{who:person} enters the newest thread" + _WITHIN),
    Form("enters_named", "{who:person} enters the thread {name:words}" + _WITHIN),
    Form("says", "{who:person} says {words:words}"),
    Form("runs", "{who:person} runs {command:command}", below="fields"),
    Form("presses", "{who:person} presses {label:words}" + _ON),
    Form("chooses", "{who:person} chooses {options:several}" + _ON),
    Form("fills", "{who:person} fills in the form:", below="fields"),
    Form("uses", "{who:person} uses {label:words} on {place:place}"),
    Form("deletes", "{who:person} deletes {place:place}"),
    Form("speaks", "{who:person} reads in {locale:locale}"),
    Form("together", "At the same moment:", below="steps"),
    Form("refuses", "Discord refuses:", below="steps"),
    # What happens to them
    Form("redelivered", "The last interaction of {who:person} is delivered again"),
    Form("killed", "The {part:part} is killed"),
    Form("back", "The {part:part} is back" + _WITHIN),
    Form("thread_deleted", "The thread of {who:person} is deleted"),
    Form("waits", "Wait {seconds:number} second(s)"),
    # What must be so
    Form("sees", "{who:person} sees {words:words}" + _ON + _WITHIN),
    Form("sees_not", "{who:person} does not see {words:words}" + _ON),
    Form("sees_no_longer", "{who:person} no longer sees {words:words}" + _ON + _WITHIN),
    Form("sees_alone", "{who:person} alone sees {words:words}" + _WITHIN),
    Form("sees_count", "{who:person} sees {words:words} in exactly {count:number} message(s)" + _WITHIN),
    Form("can_press", "{who:person} can press {label:words}" + _ON + _WITHIN),
    Form("cannot_press", "{who:person} cannot press {label:words}" + _ON),
    Form("can_no_longer_press", "{who:person} can no longer press {label:words}" + _ON + _WITHIN),
    Form("is_shown", "{who:person} is shown the form {title:words}" + _WITHIN),
    Form("reads", "{who:person} reads {words:words} in the file {file:words}" + _WITHIN),
    Form("reads_not", "{who:person} does not read {words:words} in the file {file:words}"),
    Form("reads_at", "{who:person} reads {words:words} at {path:path} in the file {file:words}" + _WITHIN),
)

FORM = {form.name: form for form in FORMS}
