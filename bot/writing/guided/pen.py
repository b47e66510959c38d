"""Writes one text under guidance: keeps each sentence that passes, leaves the stream where one fails.

The same prompt and seed on the same model give the same text: what is asked depends on what came before, and
the seeds of later requests are made from the first. Bounded: `MOST_REQUESTS` in all.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field

from bot.story.brief import Language
from bot.story.rounds import SEED_LIMIT
from bot.story.sent import Origin
from bot.writing import trim
from bot.writing.grammars import IN_CHINESE
from bot.writing.guided.check import Check
from bot.writing.guided.course import Course, Step
from bot.writing.guided.cutting import shortened
from bot.writing.guided.page import Page
from bot.writing.judge import Fault
from bot.writing.phrases import sentence_ends
from bot.writing.ports import Streams
from bot.writing.prompt import Prompt
from tgi.client import Finished, Token
from tgi.errors import BrokenStream, Refused
from tgi.protocol import FinishReason, GenerateParameters

METHOD = "guided-1"  # in receipts; another number where the same seed would give another text
MOST_REQUESTS = 40
MOST_MISSES = 5  # at one place of the text
MOST_STRAYS = 2  # sentences in another voice that are written anew at one place; taste is no reason to end
LEAST_TOKENS = 12  # worth a request
_SEED_STEP = 104_729  # a prime: the seeds of a round's takes and redraws lie close together


@dataclass(frozen=True, slots=True)
class Penned:
    """A text with its opening. `tokens`: all that the model wrote for it, kept or not."""

    text: str
    tokens: int
    prompt_tokens: int  # all that it was sent
    requests: int
    finish_reason: str
    model_id: str
    model_sha: str | None
    faults: tuple[Fault, ...]  # of the sentences that were not kept, in order


async def write(tgi: Streams, prompt: Prompt, seed: int, watch: Callable[[str], None]) -> Penned:
    """Write a text; `watch` is told the text so far, which may lose its last sentence again.

    Raises:
        tgi.errors.ClientError: a request failed.

    """
    pen = _Pen(tgi, prompt, seed, Page(prompt, watch))
    await pen.write()
    return pen.penned


@dataclass(slots=True)
class _Heard:
    """What one stream brought: whether the model ended it, and the sentence that did not pass."""

    ended: bool = False
    fault: Fault | None = None
    sentence: str = ""


@dataclass
class _Pen:
    tgi: Streams
    prompt: Prompt
    seed: int
    page: Page
    tokens: int = 0
    read: int = 0
    requests: int = 0
    reason: str = "sentence"
    writer: tuple[str, str | None] | None = None
    faults: list[Fault] = field(default_factory=list)
    misses: int = 0  # at this place of the text
    grammar: bool = False
    no_grammar: bool = False

    def __post_init__(self) -> None:
        document = self.prompt.document
        assert document.program.guide is not None  # noqa: S101 - who calls has looked
        self.check = Check(document)
        self.course = Course(
            opening=document.opening,
            guide=document.program.guide,
            chinese=document.program.language is Language.CHINESE,
            aim=self.prompt.aim,
            cast=document.cast,
            pick=self.seed,
        )

    @property
    def penned(self) -> Penned:
        """What was written."""
        model_id, model_sha = self.writer or (self.prompt.info.model_id, self.prompt.info.model_sha)
        return Penned(
            text=self.page.whole,
            tokens=self.tokens,
            prompt_tokens=self.read,
            requests=self.requests,
            finish_reason=self.reason,
            model_id=model_id,
            model_sha=model_sha,
            faults=tuple(self.faults),
        )

    async def write(self) -> None:
        """Go on until the course is run, or nothing better comes."""
        ended = False
        self.page.show()
        while self.requests < MOST_REQUESTS and self.misses <= MOST_MISSES:
            step = self.course.next(self.page.written, misses=self.misses, ended=ended)
            if step is None or self.page.tokens_left(step.prefix) < LEAST_TOKENS:
                break
            before = self.page.written
            heard = await self._hear(step)
            ended = heard.ended
            if heard.fault is Fault.LENGTH and (kept := self._cut(heard.sentence, step)):
                given = step.prefix if self.page.written == before else ""
                self.page.keep(kept, len(kept.encode()), given=given, stop=kept[-1])
            elif heard.fault is not None:
                self.faults.append(heard.fault)
            self.misses = 0 if self.page.written != before else self.misses + 1
            if self.course.chinese and heard.fault is Fault.LANGUAGE:
                self.grammar = True  # a model that leaves the room's script is held to it
        self.page.show()

    def _cut(self, sentence: str, step: Step) -> str:
        """A sentence too long for its room, ended at a clause, where that passes."""
        kept = shortened(sentence, self.course.room(self.page.written), chinese=self.course.chinese)
        return kept if len(kept) > len(step.prefix) and self._judged(kept) is None else ""

    async def _hear(self, step: Step) -> _Heard:
        try:
            return await self._stream(step, self._parameters(step))
        except Refused:
            if not self._is_held:
                raise
            self.no_grammar = True  # the server has none; the same again without
            return await self._stream(step, self._parameters(step))

    @property
    def _is_held(self) -> bool:
        return self.grammar and not self.no_grammar

    async def _stream(self, step: Step, parameters: GenerateParameters) -> _Heard:
        """Read one stream for as long as its sentences pass and the course wants nothing else.

        Where the text is whole, one sentence more is listened to: it is kept if the model ends with it.
        """
        heard, given, begun, index, whole = step.prefix, step.prefix, len(step.prefix.encode()), 0, False
        sent = self.page.tokens
        behind = self.page.behind.then(step.prefix, Origin.LEAD)
        stream = self.tgi.stream(self.prompt.text, parameters, prompt_tokens=sent, behind=behind)
        self.requests += 1
        self.read += sent
        async with aclosing(stream) as events:
            async for event in events:
                if isinstance(event, Finished):
                    self.writer = (event.model_id, event.model_sha)
                    at_the_end = self._at_the_end(heard, step, given, event, begun + index)
                    return _Heard() if whole else at_the_end
                index += 1
                self.tokens += 1
                self._written_by(event)
                if event.special:
                    continue
                heard += event.text
                if _runs_into(step.prefix, heard):
                    return _Heard(fault=Fault.NAMES, sentence=heard)
                while (end := _whole_sentence(heard)) is not None:
                    if whole and not self._stops(heard[end:]):
                        return _Heard()  # it goes on: that is no end
                    if fault := self._judged(heard[:end]):
                        return _Heard() if whole else _Heard(fault=fault, sentence=heard[:end])
                    self.page.keep(heard[:end], begun + index, given=given)
                    heard, given, index = heard[end:], given[end:], 0
                    begun = len(heard.encode())
                    following = self.course.next(self.page.written)
                    if following is not None and following.prefix:
                        return _Heard()
                    whole, step = following is None, following or Step("", 0)
                if self.course.runs_on(self.page.written, heard):
                    return _Heard() if whole else _Heard(fault=Fault.LENGTH, sentence=heard)
                self.page.show(heard)
        raise BrokenStream("it ended without its final text")

    def _stops(self, heard: str) -> bool:
        """Whether what follows a sentence ends the text."""
        return trim.before_stop(self.prompt.document.program, heard.lstrip(" ")) == ("", True)

    def _at_the_end(self, heard: str, step: Step, given: str, finished: Finished, tokens: int) -> _Heard:
        """The server ended the stream: keep a last sentence that is whole."""
        self.reason = finished.finish_reason.value
        kept, stopped = trim.before_stop(self.prompt.document.program, heard)
        ended = stopped or finished.finish_reason is not FinishReason.LENGTH
        if kept.strip() == step.prefix.strip():
            return _Heard(ended=ended, fault=Fault.EMPTY)
        ends = sentence_ends(kept)
        if not ends and not ended:
            return _Heard(fault=Fault.LENGTH, sentence=kept)
        stop = "" if ends else self.course.guide.stop
        sentence = kept[: ends[0]] if ends else kept.rstrip(" ,;:，、；：") + stop
        fault = self._judged(sentence)
        if fault is None:
            self.page.keep(sentence, tokens, given=given, stop=stop)
        return _Heard(ended=ended, fault=fault, sentence=sentence)

    def _judged(self, sentence: str) -> Fault | None:
        room = self.course.room(self.page.written)
        fault = self.check.fault(sentence, self.course.opening + self.page.written, room=room)
        if fault is None and self.misses < MOST_STRAYS:
            if self.check.drifts(sentence, self.page.written):
                return Fault.NAMES
            if self.check.strays(sentence):
                return Fault.VOICE
        return fault

    def _written_by(self, token: Token) -> None:
        if token.model_id is not None:
            self.writer = (token.model_id, token.model_sha)

    def _parameters(self, step: Step) -> GenerateParameters:
        seed = (self.seed + self.requests * _SEED_STEP) % (SEED_LIMIT + 1)
        changes: dict[str, object] = {
            "max_new_tokens": min(self.prompt.window.max_new_tokens, self.page.tokens_left(step.prefix))
        }
        if self._is_held:
            changes["grammar"] = IN_CHINESE
        return self.prompt.parameters(seed).model_copy(update=changes)


def _runs_into(prefix: str, heard: str) -> bool:
    """Whether the model made another word of the one it was given: `Jo` and then `Jo` is JoJo."""
    if not prefix or not heard.startswith(prefix):
        return False
    beside = prefix[-1] + heard[len(prefix) : len(prefix) + 1]
    return len(beside) > 1 and all(sign.isalnum() and sign < "\u2e80" for sign in beside)  # not Chinese


def _whole_sentence(heard: str) -> int | None:
    """Where the first sentence ends, once what follows it shows that it has."""
    return next((end for end in sentence_ends(heard) if end < len(heard)), None)
