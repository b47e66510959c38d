"""Tokens as bytes, texts of whole characters, chat templates, and folders with older tokenizers' files."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from tests.models.engines import GREEDY, greedy_text, ids, loaded, numbers, reference, tiny, write
from tests.models.tiny import write_tiny_opt
from tests.tgi.server.engine.upstream.vocabularies import sentencepiece_folder
from tgi.server.engine import Dials, GrammarRule

CHINESE = "灯塔 é"


async def test_a_prompt_is_its_pieces_and_begins_with_the_models_token(tmp_path: Path) -> None:
    async with tiny(tmp_path) as engine:
        tokens = await engine.tokenize(f"The lamp {CHINESE}")
        assert (tokens[0].id, tokens[0].piece) == (2, b"</s>")
        assert b"".join(token.piece for token in tokens[1:]).decode() == f"The lamp {CHINESE}"
        assert await engine.tokenize(f"The lamp {CHINESE}", add_special=False) == tokens[1:]


async def test_texts_show_whole_characters_only(tmp_path: Path) -> None:
    async with tiny(tmp_path) as engine:
        rule = GrammarRule("regex", "[灯塔é]{12}")
        tokens = await write(engine, "x", Dials(seed=3, grammar=rule, top_n=2), limit=60)
        assert tokens[-1].ends
        shown = [token.text for token in tokens if not token.special]
        assert len("".join(shown)) == 12
        assert "\ufffd" not in "".join(shown)
        assert shown.count("") >= 12  # every character has two bytes or three, and no merge
        assert tokens[0].top[0].text == "\ufffd"


async def test_special_tokens_are_told_apart(tmp_path: Path) -> None:
    async with tiny(tmp_path) as engine:
        for seed in range(60):
            for token in await write(engine, "x", Dials(seed=seed), limit=20):
                assert token.special == (token.id < 4)


async def test_a_sentencepiece_model_keeps_its_spaces_and_bytes(tmp_path: Path) -> None:
    sentencepiece_folder(tmp_path)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        LlamaForCausalLM(
            LlamaConfig(
                vocab_size=262,
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=1,
                num_attention_heads=2,
                eos_token_id=261,
                initializer_range=0.3,
            )
        ).save_pretrained(tmp_path)
    async with loaded(tmp_path) as engine:
        tokens = await engine.tokenize("a b塔", add_special=False)
        assert b"".join(token.piece for token in tokens).decode() == "a b塔"
        dials = Dials(seed=1, grammar=GrammarRule("regex", "( [abc]{2}塔){3}"))
        written = await write(engine, "a", dials, limit=60)
        assert written[-1].ends
        assert "".join(token.text for token in written[:-1]).count("塔") == 3


async def test_the_folders_chat_template_is_the_engines(tmp_path: Path) -> None:
    write_tiny_opt(tmp_path)
    async with loaded(tmp_path) as engine:
        assert engine.chat_template is None
    (tmp_path / "chat_template.jinja").write_text("{{ bos_token }}{{ messages[0].content }}")
    async with loaded(tmp_path) as engine:
        assert engine.chat_template is not None
        assert engine.chat_template.source == "{{ bos_token }}{{ messages[0].content }}"
        assert engine.chat_template.bos_token == "</s>"


async def test_an_opt_with_the_two_older_files_gets_the_same_tokens(tmp_path: Path) -> None:
    write_tiny_opt(tmp_path)
    async with loaded(tmp_path) as engine:
        expected = await engine.tokenize(f"A storm {CHINESE}")
    model = json.loads((tmp_path / "tokenizer.json").read_text())["model"]
    (tmp_path / "vocab.json").write_text(json.dumps(model["vocab"]))
    lines = [" ".join(pair) for pair in model["merges"]]
    (tmp_path / "merges.txt").write_text("\n".join(["#version: 0.2", *lines]))
    (tmp_path / "tokenizer.json").unlink()
    async with loaded(tmp_path) as engine:
        assert await engine.tokenize(f"A storm {CHINESE}") == expected
        prompt = await ids(engine, "A storm")
        assert numbers(await write(engine, prompt)) == greedy_text(reference(tmp_path), prompt, 20)
        assert len(await write(engine, "x", Dials(grammar=GrammarRule("regex", "[ab]{4}")), limit=9)) == 5


async def test_every_token_that_ends_a_text_is_known(tmp_path: Path) -> None:
    write_tiny_opt(tmp_path)
    async with loaded(tmp_path) as engine:
        first = (await write(engine, "x", limit=1))[0]
        assert not first.ends
    file = tmp_path / "generation_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"eos_token_id": [2, first.id]}))
    async with loaded(tmp_path) as engine:
        (only,) = await write(engine, "x", GREEDY, limit=20)
        assert only.ends
        assert only.id == first.id
