"""What people type and no rule foresees: each time one sentence to them alone, and their words given back."""

from __future__ import annotations

import pytest

from bot.chat.render.quoting import quoted
from bot.local_discord.forms.message import Draft
from bot.local_discord.seed import GUILD, WRITERS_ROOM
from tests.bot.chat.asides import EN, everything, seen_everything, told, with_a_draft
from tests.bot.chat.person import Person
from tests.bot.chat.reading import is_private, text_of
from tests.bot.chat.stage import Stage
from tests.bot.local_discord.person import Refused

GROWS = "\u0958"  # one character to Discord, two in Unicode's composed form
HOSTILE = (
    "@everyone @here <@1100000000000000032> <@!1100000000000000032> <@&1100000000000000021> "
    "<#1100000000000000011> <:x:1100000000000000001>\n"
    "```py\n@everyone\n```\n# Heading\n  - item\n> quote **b** __u__ ~~s~~ ||spoiler|| [**link**](https://example.com)"
)


@pytest.fixture
async def room(ana: Person) -> str:
    return await ana.opens("The Dry Well")


@pytest.mark.parametrize("text", ["   ", " \n ", "\u200b\u200b\ufeff", "\u2800", "\u202e\u202c", "\x00"])
async def test_a_premise_without_a_visible_word_is_refused(
    room: str, ana: Person, bo: Person, stage: Stage, text: str
) -> None:
    sent = await bo.command(room, "premise add", kind="setting", text=text)
    await told(bo, ana, EN.say("refusal.no_words"), to=sent)
    assert (await stage.room(room)).premises == ()


async def test_a_premise_a_little_too_long_comes_back_as_text(room: str, ana: Person, bo: Person) -> None:
    sent = await bo.command(room, "premise add", kind="setting", text="x" * 1501)
    message = await told(bo, ana, EN.say("refusal.too_long", length=1501, limit=1500), to=sent)
    assert f"{EN.say('error.your_words')}\n```\n{'x' * 1501}\n```" in message["content"]
    assert message["attachments"] == []


async def test_a_premise_much_too_long_comes_back_as_a_file(room: str, ana: Person, bo: Person) -> None:
    text = "井```" * 1000
    sent = await bo.command(room, "premise add", kind="setting", text=text)
    message = await told(bo, ana, EN.say("refusal.too_long", length=4000, limit=1500), to=sent)
    assert await bo.files(message) == {"your-words.txt": text}


async def test_a_long_message_that_was_picked_up_comes_back_as_it_is_sent(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    # Four thousand characters, which Discord lets subscribers write.
    posted = stage.local.parts.posting.post(room, ana.id, Draft(content="y" * 4000))
    await ana.until(lambda: any(each["id"] == posted.id for each in ana.messages()))
    await bo.menu("Add to the story", next(each for each in ana.messages() if each["id"] == posted.id))
    sent = await bo.submit(kind="twist")
    message = await told(bo, ana, EN.say("refusal.too_long", length=4000, limit=1500), to=sent)
    assert await bo.files(message) == {"your-words.txt": "y" * 4000}
    assert (await stage.room(room)).premises == ()


async def test_a_note_that_grows_too_long_comes_back(ana: Person, bo: Person, stage: Stage) -> None:
    room = await with_a_draft(ana)
    await bo.press("Note")
    sent = await bo.submit(text=GROWS * 2100)
    message = await told(bo, ana, EN.say("refusal.too_long", length=4200, limit=4000), to=sent)
    assert (await bo.files(message))["your-words.txt"] == GROWS * 2100
    assert (await stage.room(room)).notes == ()


async def test_a_note_without_a_visible_word_is_refused(ana: Person, bo: Person, stage: Stage) -> None:
    room = await with_a_draft(ana)
    await bo.press("Note")
    sent = await bo.submit(text="\u200b \u2060")
    await told(bo, ana, EN.say("refusal.no_words"), to=sent)
    assert len((await stage.room(room)).rounds) == 1


@pytest.mark.parametrize(
    ("title", "sentence", "back"),
    [
        (GROWS * 80, EN.say("refusal.too_long", length=160, limit=80), True),
        ("\u200b \u202e", EN.say("refusal.no_words"), False),
    ],
)
async def test_a_title_that_will_not_do_makes_no_thread(
    ana: Person, bo: Person, title: str, sentence: str, *, back: bool
) -> None:
    sent = await bo.command(WRITERS_ROOM, "room open", title=title)
    message = await told(bo, ana, sentence, to=sent)
    assert (title in message["content"]) == back
    assert not ana.client.named("THREAD_CREATE")


@pytest.mark.parametrize("options", [{"title": "x" * 81}, {"title": ""}, {"title": "x", "tone": "x" * 101}])
async def test_what_discord_can_hold_back_is_declared_to_it(bo: Person, options: dict[str, str]) -> None:
    with pytest.raises(Refused):
        await bo.client.command(WRITERS_ROOM, "room open", **options)


async def test_invisible_and_turning_characters_do_not_reach_the_room(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    text = "Ma\u202era \u200bsings\u2060 \u2066backwards\u2069"
    await bo.command(room, "premise add", kind="character", text=text)
    await ana.sees("**Bo** added Character **1**: Mara sings backwards", room)
    assert (await stage.room(room)).premises[0].text == "Mara sings backwards"
    assert "Mara sings backwards" in text_of(await ana.board(room, "Mara"))


async def test_hostile_words_are_shown_and_do_nothing_wherever_they_come_up(
    ana: Person, bo: Person, stage: Stage
) -> None:
    stage.local.parts.world.users[bo.id].global_name = "<@1100000000000000031> **Bo**"
    stage.tgi.text = lambda seed: f" {HOSTILE} " + f"The keeper of lamp {seed} goes down to the sea. " * 3
    room = await ana.opens("@everyone # [x](https://example.com)", tone="**dry** <@1100000000000000032>")
    await bo.command(room, "premise add", kind="setting", text=HOSTILE)
    shown = await ana.sees("added Setting **1**", room)
    assert shown["content"].endswith(quoted(HOSTILE, 1700))
    await ana.command(room, "synopsis", takes=1)
    await ana.sees(EN.say("round.written"), room)
    await bo.press("Adopt A")
    await ana.sees("adopted take A", room)
    await ana.press("Note")
    await ana.submit(text=HOSTILE[:1000])
    await ana.sees("note on draft 1", room)
    await ana.board(room, EN.say("board.draft", number=1, letter="A", round=1))
    await bo.command(room, "premise withdraw", premise=1)
    await seen_everything(ana)
    from_bot = [each for each in ana.messages() if each["author"]["id"] not in (ana.id, bo.id)]
    in_room = [each for each in from_bot if each["channel_id"] == room and not is_private(each)]
    assert len(in_room) > 5
    for message in in_room:
        assert not message["mention_everyone"], text_of(message)
        assert message["mentions"] == message["mention_roles"] == []
        for mark in ("<@1", "<@!", "<@&", "<#1", "<:x", "@everyone", "@here", "```", "\n# H", "[**"):
            # An embed's footer is plain text to Discord.
            assert mark not in text_of(
                {**message, "embeds": [{**e, "footer": {}} for e in message["embeds"]]}
            )


async def test_somebody_with_an_invisible_name_is_called_by_their_user_name(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    stage.local.parts.world.users[bo.id].global_name = "\u2800\u200b"
    await bo.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.sees("**bo** added Setting **1**", room)
    await ana.menu("Add to the story", await bo.says(room, "The well answers"))
    await ana.submit(kind="twist")
    await bo.sees("**Ana** added Twist **2** in bo's words", room)


async def test_nobody_is_pinged_by_what_is_given_back(room: str, ana: Person, bo: Person) -> None:
    text = f"@everyone <@{ana.id}> <@&{GUILD}> ```` ``` " + "x" * 1500
    sent = await bo.command(room, "premise add", kind="setting", text=text)
    message = await told(bo, ana, "Shorten it", to=sent)
    assert message["mentions"] == message["mention_roles"] == []
    assert not message["mention_everyone"]
    assert message["content"].count("```") == 2
    assert "````" not in everything(bo)
