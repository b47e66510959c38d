"""What people and the scripted model write in rooms that are shown: one film, in English and in Chinese."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Story:
    """One film in one language.

    `takes` are what comes after the words with which the room opens every take; `lines` are single sentences,
    for parts of lists and for what goes on; `points` are those of a reader's report.
    """

    title: str
    premises: tuple[tuple[str, str], ...]
    lore: tuple[str, str]
    want: str
    need: str
    secret: str
    changed: str  # premise 2, later
    theme: str  # of which a room can be full
    notes: tuple[str, str]
    question: str
    answer: str
    points: tuple[str, ...]
    takes: tuple[str, ...]
    lines: tuple[str, ...]


STORIES: Final = {
    "en": Story(
        title="The Dry Well",
        premises=(
            ("character", "Mara, a well-digger who is afraid of the dark"),
            ("setting", "A valley where it has not rained for three summers"),
            ("conflict", "The council wants the last well sealed before the inspectors come"),
            ("twist", "The well answers in a voice that she knows"),
            ("character", "Josef, her younger brother, who holds the rope"),
        ),
        lore=("The lamp guild", "Keepers of light who may not marry"),
        want="To close the last well",
        need="To be forgiven aloud",
        secret="She let her friend fall, and lied about it",
        changed="A valley that has been flooded once",
        theme="Nobody in the valley will say who began it, and everybody remembers.",
        notes=(
            "The ending is too neat. Let her pay for it.",
            "Show why Josef stays; do not tell it.",
        ),
        question="What did you count on the way down?",
        answer=(
            "I counted the stones because counting is not the same as looking. There were ninety. I"
            " have never told anybody that I stopped at eighty-nine.”"
        ),
        points=(
            "1] The fear is in a habit, so nobody has to name it.",
            "3] The voice is the one thing she cannot refuse.",
        ),
        takes=(
            (
                " has lowered every bucket but her own, and has never looked down after dark. When the"
                " last well runs dry, the council sends her brother Josef to seal it. From the bottom"
                " something answers in the voice of the friend she let fall. She goes down with a rope,"
                " a lamp and a lie told for twenty years. What comes up is not water. By morning every"
                " house knows what she did, and the well is full."
            ),
            (
                " is the only one who still speaks near the dry well, which all summer repeats whatever"
                " is said above it. Josef laughs and ties her rope. In September it answers before she"
                " asks. The diggers find a second shaft, a bed, and a man who has listened for three"
                " months. He knows each name but his own, and she must decide whether to tell him"
                " before the council pours in the concrete."
            ),
            (
                " leaves the hole deeper each night than she found it. The council wants it closed"
                " before the inspectors come, and Josef has already signed. When the rope comes up cut,"
                " she climbs down alone into the dark that she has feared since childhood. Below her"
                " lies the same valley, green and raining. One house is missing there, and a woman with"
                " her face is digging upwards to find out whose it was."
            ),
        ),
        lines=(
            " Mara seals a neighbour's well and sleeps with the lamp on.",
            " The council orders the last well closed, and Josef signs for both of them.",
            " A voice from the bottom asks for her by a childhood name.",
            " She lowers a lamp and sees a hand reach out of the light.",
            " Josef ties the rope and makes her swear that she will tell him everything.",
            " Halfway down the lamp dies, and she goes on by counting stones.",
            " At the bottom stands her drowned friend, as young as on that day.",
            " The rope falls past her, cut clean through.",
            " She confesses aloud, and each word raises the water by an inch.",
            " The inspectors hear it in the square and stop their engines.",
            " Josef jumps in after her without knowing how to swim.",
            " They come up together, into rain.",
            " At dawn she drinks first, and nobody follows.",
            " The children drop pebbles in and listen for an answer.",
            " An old woman brings back the bucket that was lost that night.",
            " Mara leaves the cover open and puts out the lamp.",
        ),
    ),
    "zh-CN": Story(
        title="枯井",
        premises=(
            ("character", "马兰，一个怕黑的挖井人"),
            ("setting", "一座三个夏天没有下过雨的山谷"),
            ("conflict", "村里要在检查组到来之前封掉最后一口井"),
            ("twist", "井里有个声音回答她，她认得那声音"),
            ("character", "约瑟，她的弟弟，替她拉绳子的人"),
        ),
        lore=("灯会", "守灯的人，终身不得成婚"),
        want="封掉最后一口井",
        need="当众得到原谅",
        secret="当年是她松的手，一直没有说",
        changed="一座曾经被水淹过的山谷",
        theme="山谷里没有人肯说是谁先开的头，可人人都记得。",
        notes=(
            "结局太圆满了，让她付出代价。",
            "约瑟为什么留下，要演出来，不要说出来。",
        ),
        question="你下去的时候在数什么？",
        answer="我数石头，是因为数的时候不用看。一共九十块。我从没告诉过谁，我数到八十九就停了。”",
        points=(
            "1] 恐惧写在习惯里，不必说出来。",
            "3] 那个声音是她唯一无法拒绝的东西。",
        ),
        takes=(
            "替全村打过井，弟弟约瑟替她拉绳子，她却从不在天黑后往下看。最后一口也干了，井底有人答话，正是当年她没有拉住的朋友。她带着一盏灯和二十年的谎话下去，天亮时水漫到了石沿。",
            "整个夏天都对着枯井说话，约瑟笑着替她系绳子。入秋以后，它不等人问就先回答。底下有一张床，和一个听了三个月的男人，叫得出每户的姓名，却不知道自己是谁。水泥车到村口的那天，他喊了她。",
            "每夜都发现坑比离开时更深，而约瑟已经在封井的纸上签了字。吊绳断了，她独自爬进从小害怕的黑暗。下面是同一座山谷，绿着，下着雨，只少了一户人家，一个像她的女人正往上挖。",
        ),
        lines=(
            "马兰封好邻居的井，夜里点着灯睡。",
            "村里下令关掉最后一口井，约瑟替两人签了字。",
            "井底有个声音叫她小时候的名字。",
            "她放下一盏灯，看见光里伸出一只手。",
            "约瑟系好绳子，要她发誓什么都告诉他。",
            "下到一半灯灭了，她数着石头往下走。",
            "底下站着那位淹死的朋友，还是当年的模样。",
            "绳子从她身边落下来，断口很整齐。",
            "她大声说出真相，每说一句水就涨一寸。",
            "检查组在广场上听见了，关掉了机器。",
            "约瑟不会游泳，还是跟着跳了下来。",
            "两人一起浮上来，外面正下着雨。",
            "天亮时她喝了第一口，没有人跟上。",
            "孩子们往里扔石子，等着听回答。",
            "一位老人送回那夜丢失的水桶。",
            "马兰没有盖上井盖，把灯吹灭了。",
        ),
    ),
}


def in_turn(texts: tuple[str, ...]) -> Callable[[int], str]:
    """These texts in turn, whatever the seed, and then from the beginning."""
    every = itertools.cycle(texts)
    return lambda _seed: next(every)
