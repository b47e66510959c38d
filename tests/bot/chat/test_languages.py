"""Everybody is answered in their own language; what the whole room reads is in the room's."""

from __future__ import annotations

import random
import re

import pytest

from bot.story.document.portable import Export
from tests.bot.chat.person import Person
from tests.bot.chat.reading import labels, options, text_of
from tests.bot.chat.stage import Stage

_CHARACTERS = "河灯冬桥信园雷市琴铜漠梯镜烛窗影水医师画猎烤歌农司寡找失带藏开破跟答记忘买烧补偷"


def chinese_prose(seed: int) -> str:
    """A Chinese take that no other seed gives, and that does not repeat itself."""
    dice = random.Random(seed)
    return "，".join("".join(dice.sample(_CHARACTERS, 9)) for _ in range(16)) + "。"


async def test_who_reads_chinese_is_answered_in_chinese_in_an_english_room(ana: Person, chen: Person) -> None:
    room = await ana.opens("The Dry Well")
    await chen.command(room, "premise add", kind="character", text="Mara")
    await ana.sees("**Chen** added Character **1**: Mara", room)
    await chen.press("My premises")
    listed = await chen.private("选择你的一条设定")
    assert [each["label"] for each in options(listed)] == ["1 · 人物"]
    await chen.choose("1")
    assert labels(await chen.private("**1 · 人物 · Chen**")) == [
        *("修改", "秘密", "历史", "设定集"),
        *("固定", "锁住卡片", "开放给大家", "撤回"),
    ]
    await chen.press("修改")
    modal = await chen.modal()
    assert (modal["title"], modal["components"][0]["label"]) == ("修改第 1 张卡片", "姓名，以及是什么人")
    await chen.submit(text="Mara, a well-digger")
    await ana.sees("**Chen** changed Character **1**: Mara, a well-digger", room)
    assert (await chen.suggestions(room, "premise edit", premise=""))[0]["name"].startswith("1 · 人物 · ")
    await chen.command(room, "synopsis", takes=1)
    await chen.private("第 1 轮")
    assert labels(await chen.sees("Written.", room)) == ["Adopt A", "Again", "Why"]
    await chen.command(room, "export")
    await chen.private("每个人的署名")
    assert "Premises" in text_of(await chen.board(room))


async def test_a_refusal_names_commands_as_its_reader_sees_them(ana: Person, chen: Person) -> None:
    thread = await ana.starts_a_thread("An old idea")
    await ana.command(thread, "synopsis")
    await ana.private("Open one with `/room open`.")
    await chen.command(thread, "synopsis")
    await chen.private("用 `/故事室 开` 来开一间。")


async def test_whoever_opens_a_room_without_a_word_on_language_gets_their_own(
    ana: Person, chen: Person, stage: Stage
) -> None:
    assert (await stage.room(await ana.opens("The Dry Well"))).brief.language == "en"
    assert (await stage.room(await chen.opens("枯井"))).brief.language == "zh-CN"
    assert (await stage.room(await chen.opens("The Dry Well", language="en"))).brief.language == "en"


async def test_a_chinese_room_speaks_chinese_to_everybody(ana: Person, chen: Person, stage: Stage) -> None:
    stage.tgi.text = chinese_prose
    room = await chen.opens("枯井", form="short", tone="冷峻", rating="teen")
    board = await ana.board(room)
    assert text_of(board).splitlines()[:4] == [
        "枯井",
        "短片 · 约 225 字 · 简体中文 · 编剧室",
        "基调：冷峻",
        "分级：青少年",
    ]
    assert labels(board) == ["添加设定", "我的设定", "设定集", "导出"]
    await ana.press("添加设定")
    assert (await ana.modal())["title"] == "Add a premise"
    await ana.submit(kind="character", text="玛拉，一个怕黑的挖井人")
    await chen.sees("**Ana** 添加了人物 **1**：玛拉，一个怕黑的挖井人", room)
    await chen.press("开始写")
    written = await ana.sees("第 1 轮：3 个版本**\n写好了。", room)
    assert labels(written) == ["采用 A", "采用 B", "采用 C", "再来一轮", "发起投票", "来由"]
    assert not any(take.receipt.redraws for take in (await stage.room(room)).rounds[0].takes)
    await ana.press("采用 A")
    adopted = await chen.sees("**Ana** 采用了版本 A，现在是**第 1 稿**。", room)
    await chen.press("批注", adopted)
    await chen.submit(text="结局太圆满了")
    await ana.sees("**Chen** 对第 1 稿的批注：结局太圆满了", room)
    await ana.sees("第 2 轮：2 个版本，批注“结局太圆满了”**\n写好了。", room)
    await chen.press("锁定", await chen.board(room))
    await ana.sees("**Chen** 锁定了第 1 稿，故事就此定稿。", room)
    await ana.board(room, "定稿：第 1 稿")
    asked = await ana.command(room, "export")
    files = await ana.files(await ana.private("Here it is", to=asked))
    assert "## 定稿：剧情梗概，第 1 稿" in files["枯井.md"]
    assert Export.model_validate_json(files["枯井.json"]).room.brief.title == "枯井"


async def test_what_everybody_reads_in_a_chinese_room_has_no_english_words(
    chen: Person, stage: Stage
) -> None:
    stage.tgi.text = chinese_prose
    room = await chen.opens("枯井")
    await chen.command(room, "premise add", kind="character", text="玛拉")
    await chen.command(room, "synopsis", takes=1)
    await chen.press("采用 A")
    await chen.board(room, "第 1 稿")
    seen = "\n".join(
        text_of(each) + "\n".join(labels(each, enabled=False))
        for each in chen.messages()
        if each["channel_id"] == room
    )
    known = {"Chen", "A", "top", "p"}
    assert set(re.findall(r"[A-Za-z]+", seen)) <= known


@pytest.mark.parametrize("locale", ["de", "ja", "en-GB"])
async def test_any_other_language_is_answered_in_english(ana: Person, locale: str, stage: Stage) -> None:
    del stage
    await ana.client.call("PATCH", f"/people/v1/users/{ana.id}", locale=locale)
    thread = await ana.starts_a_thread("An old idea")
    await ana.command(thread, "export")
    await ana.private("There is no story room here")


async def test_every_command_and_option_has_its_chinese_name_and_description(chen: Person) -> None:
    start = await chen.client.call("GET", "/people/v1/start", user=chen.id)
    commands = {each["name"]: each for each in start["commands"]}
    assert set(commands) >= {"room", "premise", "bible", "card", "why", "synopsis", "export"}
    menu = commands.pop("Add to the story")
    assert menu["name_localizations"]["zh-CN"] == "加入故事"
    waiting, named = list(commands.values()), {}
    while waiting:
        each = waiting.pop()
        named[each["name"]] = each["name_localizations"]["zh-CN"]
        assert re.search(r"[\u4e00-\u9fff]", each["description_localizations"]["zh-CN"]), each["name"]
        waiting += each.get("options") or []
    untranslated = {name for name, chinese in named.items() if not re.search(r"[\u4e00-\u9fff]", chinese)}
    assert untranslated == {"top_k", "top_p"}  # what a model's dials are called everywhere
