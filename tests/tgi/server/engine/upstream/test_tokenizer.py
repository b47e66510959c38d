"""A tokenizer from a folder: its bytes, its special tokens, its template, and what is no tokenizer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.tgi.server.engine.upstream.conftest import Open, drawn
from tests.tgi.server.engine.upstream.fakes import MODEL, FakeVllm
from tests.tgi.server.engine.upstream.vocabularies import END, byte_folder, sentencepiece_folder
from tgi.errors import NoUpstream, UnreadableModel
from tgi.server.engine import Dials
from tgi.server.engine.tokenizer import LocalTokenizer

pytest.importorskip("tokenizers", reason="the optional package tokenizers is not installed")


@pytest.mark.parametrize("text", ["a b", "你好 🦙", "x\ny\t", ""])
@pytest.mark.parametrize("write", [byte_folder, sentencepiece_folder])
def test_pieces_are_the_bytes_of_the_text(tmp_path: Path, write: Callable[[Path], Path], text: str) -> None:
    tokenizer = LocalTokenizer.load(write(tmp_path))
    tokens = tokenizer.tokenize(text, add_special=False)
    assert b"".join(token.piece for token in tokens) == text.encode()
    assert [tokenizer.id_of(token.piece) for token in tokens] == [token.id for token in tokens]


def test_special_tokens_are_known_and_left_out_of_texts(tmp_path: Path) -> None:
    tokenizer = LocalTokenizer.load(byte_folder(tmp_path))
    (token,) = tokenizer.tokenize("</s>", add_special=False)
    assert (token.id, token.piece, tokenizer.is_special(END)) == (END, b"</s>", True)
    assert tokenizer.eos == END
    assert tokenizer.text([END, 97, 98]) == "ab"
    assert (tokenizer.piece(9999), tokenizer.alone(0xE4)) == (b"", "\ufffd")


def test_the_folders_template_is_read(tmp_path: Path) -> None:
    config: dict[str, object] = {"eos_token": "</s>", "chat_template": "{{ messages }}"}
    template = LocalTokenizer.load(byte_folder(tmp_path, config=config)).chat_template
    assert template is not None
    assert (template.source, template.bos_token, template.eos_token) == ("{{ messages }}", None, "</s>")
    named = {"chat_template": [{"name": "tools", "template": "no"}, {"name": "default", "template": "yes"}]}
    template = LocalTokenizer.load(byte_folder(tmp_path, config=dict(named))).chat_template
    assert template is not None
    assert template.source == "yes"
    (tmp_path / "chat_template.jinja").write_text("file")
    template = LocalTokenizer.load(byte_folder(tmp_path)).chat_template
    assert template is not None
    assert template.source == "file"


def test_what_is_no_tokenizer_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableModel, match=r"There is no tokenizer at .*tokenizer\.json: No such file"):
        LocalTokenizer.load(tmp_path)
    (tmp_path / "tokenizer.json").write_text('{"version": "1.0"}')
    with pytest.raises(UnreadableModel, match=r"tokenizer\.json is no tokenizer that can be read"):
        LocalTokenizer.load(tmp_path)


async def test_a_tokenizer_of_another_model_is_refused(open_upstream: Open, tmp_path: Path) -> None:
    with pytest.raises(NoUpstream, match=r"named with --tokenizer is not that of facebook/opt-175b\.$"):
        await open_upstream(FakeVllm(), tokenizer=byte_folder(tmp_path))


class Unhelpful(FakeVllm):
    """Hides its tokenizer, and writes with the folder's vocabulary."""

    def written(self) -> list[tuple[Sequence[int], str, str | None]]:
        return [((0x41, 0xC3), "A", None), ((0xA9,), "é", None), ((END,), "", "stop")]

    def event(self, body: Any, ids: Sequence[int], text: str, finish: str | None) -> dict[str, Any]:
        event = super().event(body, ids, text, finish)
        event["choices"][0]["logprobs"]["top_logprobs"] = [{f"token_id:{END}": -1.0} for _ in ids]
        return event


async def test_an_upstream_that_does_not_tokenize_is_helped(open_upstream: Open, tmp_path: Path) -> None:
    fake = Unhelpful(tokenizes=False)
    upstream = await open_upstream(fake, tokenizer=byte_folder(tmp_path), model=MODEL)
    assert [token.id for token in await upstream.tokenize("é")] == [0xC3, 0xA9]
    tokens = await drawn(upstream, Dials(top_n=1))
    assert [token.text for token in tokens] == ["A", "", "é", "</s>"]
    assert [(one.text, one.special) for one in tokens[0].top] == [("</s>", True)]
    assert "/detokenize" not in fake.calls
