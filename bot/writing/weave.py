"""Fills the gaps of a frame, one request after the other, each checked and written again where it must be.

The model is shown the document, and the text so far as it would have written it; what is kept of the text is
never the model's to change. The same prompt and seeds on the same model give the same text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from bot.errors import PromptTooLong
from bot.story.rounds import Receipt
from bot.story.sent import NOTHING_SENT, Origin, Sent
from bot.writing import trim
from bot.writing.budget import HEADROOM, TOKENS
from bot.writing.fitting import Fitted, Fitting
from bot.writing.gaps import Frame, Gap
from bot.writing.grammars import CHINESE_TEXT, IN_CHINESE
from bot.writing.judge import Fault
from bot.writing.prompt import Prompt
from bot.writing.transcript import Transcript
from tgi.client import Finished
from tgi.errors import Refused
from tgi.protocol import GenerateParameters, Grammar

METHOD = "woven-1"  # in receipts; another number where the same seed would give another text
TRIES = 3  # of one gap
LEAST_TOKENS = 8
_SLACK_TOKENS = 12


async def weave(
    transcript: Transcript,
    prompt: Prompt,
    seed_of: Callable[[int], int],
    *,
    watch: Callable[[str], None],
    clock: Callable[[], float],
) -> tuple[str, Receipt]:
    """Fill the prompt's frame. `seed_of` gives the seed of each try, counted from 0 over all gaps.

    `watch` is told the text so far, which may lose what was written of its last gap again.

    Raises:
        PromptTooLong: what is kept and written leaves no room for more.
        tgi.errors.ClientError: a request failed; nothing of the take is kept.

    """
    loom = _Loom(transcript, prompt, seed_of, watch)
    began = clock()
    text = await loom.fill()
    return text, loom.receipt(clock() - began)


@dataclass
class _Loom:
    transcript: Transcript
    prompt: Prompt
    seed_of: Callable[[int], int]
    watch: Callable[[str], None]
    written: list[str] = field(default_factory=list)
    grown: int = 0  # tokens behind the prompt's own, at most
    generated: int = 0
    redraws: list[str] = field(default_factory=list)
    writer: tuple[str, str | None] | None = None
    reason: str = "stop_sequence"
    refuses_grammar: bool = False

    def __post_init__(self) -> None:
        document = self.prompt.document
        assert document.frame is not None  # noqa: S101 - who calls has looked
        self.frame: Frame = document.frame
        self.chinese = document.program.chinese
        self.fitting = Fitting(document, document.frame)
        self.sent = NOTHING_SENT  # behind the prompt

    async def fill(self) -> str:
        """Every gap in turn; the whole text."""
        for at, gap in enumerate(self.frame.gaps):
            base = self.sent if at == 0 else self._joined(self.sent, gap.head, Origin.FRAME)
            asked = self.sent if at == 0 else self._shown(base, gap)
            self.grown += 0 if at == 0 else len((gap.head + gap.sent).encode())
            best, origin = await self._best(at, gap, asked)
            self.written.append(best)
            self.sent = self._joined(asked, best, origin) if best or not gap.may_stay_empty else base
            self.grown += len(best.encode())
            self.watch(self.frame.text(self.written))
        return self.frame.text(self.written)

    async def _best(self, at: int, gap: Gap, asked: Sent) -> tuple[str, Origin]:
        """The first try without a fault, or the best of all, or what was there."""
        best = ""
        faults: list[Fault] = []
        for attempt in range(TRIES):
            grammar = self._grammar(gap, faults)
            heard = await self._try(gap, asked, self.seed_of(at * TRIES + attempt), grammar)
            if heard.fault is None:
                self.redraws += faults
                return heard.text, Origin.WRITTEN
            faults.append(heard.fault)
            best = best or heard.text
        self.redraws += faults[:-1]
        if gap.may_stay_empty:
            return "", Origin.FRAME
        if best:
            return best, Origin.WRITTEN
        return (gap.replaced, Origin.DRAFT) if gap.replaced else ("…", Origin.FRAME)

    def _grammar(self, gap: Gap, faults: Sequence[Fault]) -> Grammar | None:
        """What a model is held to that was tried without: a citation that exists, the room's script."""
        if self.refuses_grammar or not faults:
            return None
        if gap.cites:
            numbers = "|".join(map(str, range(1, gap.cites + 1)))
            words = CHINESE_TEXT if self.chinese else r"[A-Z][^\n\[\]]+"
            return Grammar(type="regex", value=rf"({numbers})\] {words}")
        held = self.chinese and faults[-1] is Fault.LANGUAGE
        return IN_CHINESE if held else None

    async def _try(self, gap: Gap, asked: Sent, seed: int, grammar: Grammar | None) -> Fitted:
        parameters = await self._parameters(gap, asked, seed, grammar)
        try:
            raw = await self._hear(gap, asked, parameters)
        except Refused:
            if grammar is None:
                raise
            self.refuses_grammar = True
            raw = await self._hear(gap, asked, parameters.model_copy(update={"grammar": None}))
        return self.fitting.fit(gap, raw, self.written)

    async def _hear(self, gap: Gap, asked: Sent, parameters: GenerateParameters) -> str:
        """What the model writes in a gap, up to its end or the sentence that is enough."""
        program = self.prompt.document.program
        heard = ""
        sent = self.prompt.fitted.tokens + self.grown
        stream = self.transcript.stream(self.prompt.text, parameters, prompt_tokens=sent, behind=asked)
        async with aclosing(stream) as events:
            async for event in events:
                if isinstance(event, Finished):
                    self.writer = (event.model_id, event.model_sha)
                    self.reason = event.finish_reason.value
                    break
                self.generated += 1
                if event.model_id is not None:
                    self.writer = (event.model_id, event.model_sha)
                if event.special:
                    continue
                heard += event.text
                self.watch(self.frame.text([*self.written, trim.so_far(program, "", heard)]))
                if self.fitting.is_enough(gap, heard):
                    self.reason = "sentence"
                    break
        kept, _ = trim.before_stop(program, heard)
        return trim.tidy(kept)

    async def _parameters(
        self, gap: Gap, asked: Sent, seed: int, grammar: Grammar | None
    ) -> GenerateParameters:
        language = self.prompt.document.program.language
        wanted = math.ceil(gap.words * TOKENS[language] * HEADROOM) + _SLACK_TOKENS
        left = await self._tokens_left(asked, wanted)
        if left < LEAST_TOKENS:
            raise PromptTooLong("what is kept of the text fills the model's window")
        changes: dict[str, object] = {"max_new_tokens": min(wanted, left)}
        if grammar is not None:
            changes["grammar"] = grammar
        return self.prompt.parameters(seed).model_copy(update=changes)

    async def _tokens_left(self, asked: Sent, wanted: int) -> int:
        """How many tokens may still be written; the server counts only where a rough count is too many."""
        info = self.prompt.info
        sent = self.prompt.fitted.tokens + self.grown
        if sent > info.max_input_tokens or info.max_total_tokens - sent < wanted:
            sent = len(await self.transcript.tokenize(self.prompt.text + asked.text))
        return 0 if sent > info.max_input_tokens else info.max_total_tokens - sent

    def _shown(self, sent: Sent, gap: Gap) -> Sent:
        """What is sent, with what stands before a gap behind it."""
        if not gap.kept:
            return self._joined(sent, gap.sent, Origin.FRAME)
        return self._joined(sent, gap.sent[: gap.kept], Origin.DRAFT).then(gap.sent[gap.kept :], Origin.FRAME)

    def _joined(self, sent: Sent, more: str, origin: Origin) -> Sent:
        """What is sent, with more of the text behind it; words of a language with spaces keep theirs."""
        last = (sent.text or self.prompt.text)[-1:]
        touches = self.chinese or last in {"\n", "“", "["} or more[:1] == "\n"
        return sent.then(more if touches or not more else f" {more}", origin)

    def receipt(self, seconds: float) -> Receipt:
        """What it takes to weave this text again; `seed` is that of the first try."""
        prompt = self.prompt
        model, revision = self.writer or (prompt.info.model_id, prompt.info.model_sha)
        resumed = self.transcript.since(0)
        return Receipt(
            model=model,
            model_revision=revision,
            prompt_sha256=prompt.sha256,
            dials=prompt.dials,
            seed=self.seed_of(0),
            max_new_tokens=prompt.window.max_new_tokens,
            prompt_tokens=prompt.fitted.tokens + resumed.tokens,
            generated_tokens=self.generated,
            finish_reason=self.reason,
            seconds=round(seconds, 3),
            shortened=prompt.fitted.shortened,
            redraws=tuple(self.redraws),
            method=METHOD,
            resumed=resumed.at,
        )
