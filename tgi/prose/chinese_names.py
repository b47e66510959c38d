"""The names that a premise in Chinese brings, where neither spaces nor capitals show them.

What stands before the first separator, without counting words and what somebody does for a living.
"""

from __future__ import annotations

import re

_BREAK = re.compile(
    r"[\s,;:!?(\[.，、；：。！？（【“”「」《》—–…]|(?:(?<!\w)|(?<=[㐀-䶿一-鿿豈-﫿]))[0-9]|今年|(?:[一二三四五六七八九十百]+)[岁个]"
)
_CLAUSE = re.compile(
    "是|想|要|为了|因为|必须|发现|爱上|曾|已经|不|住在|来自|害怕|喜欢|失去|拥有|正在|在|有一|有个|带着|从小|一直|想要|于是"
)
_CALLED = re.compile("(?:名字叫|名叫|叫做|叫作|名为|人称|自称|叫)[“《「]?")
_LABEL = re.compile("^(?:姓名|名字|角色|人物|主角|主人公|反派|女主|男主|女主角|男主角)[:：]\\s*")
_SOMEBODY = re.compile(
    "^(?:一[个位名只群对]|[两三四几][个位名]|某|那[个位]|这[个位]|他|她|它|有[个位]|所有|每)"
)
_GROUP = re.compile(
    "^(?:双胞胎|孪生|姐妹|兄弟|夫妻|夫妇|父子|父女|母女|母子|姐弟|兄妹|情侣|好友|搭档|三兄弟|三姐妹)+(?=.)"
)
_ROLE = (
    "医生|护士|警察|侦探|老师|教师|船长|记者|老板|司机|演员|歌手|作家|画家|士兵|将军|皇帝|公主|王子|国王|女王|律师|法官|厨师"
    "|学生|工人|农民|渔夫|猎人|商人|僧人|和尚|道士|教授|科学家|工程师|程序员|会计|保安|市长|村长|校长|导演|摄影师|音乐家"
    "|父亲|母亲|爷爷|奶奶|妻子|丈夫|儿子|女儿|哥哥|姐姐|弟弟|妹妹|老人|老头|老太太|少年|少女|男孩|女孩|男人|女人|青年|孤儿"
    "|寡妇|小偷|杀手|特工|间谍|机器人|外星人|鬼魂|幽灵|主角|反派|神秘人|陌生人|邻居|朋友|同事|队长|警长|探长|店主|旅人"
)
_ROLE_BEFORE = re.compile(f"^(?:年轻|年老|退休|前|老|小|女|男)?(?:{_ROLE})(?=.)")
_ROLE_ALONE = re.compile(f"(?:年轻|年老|退休|孤独|神秘|失业|落魄|前|老|小|女|男)*的?(?:{_ROLE})(?:们)?")
_ORDER = re.compile("^(?:忽略|无视|请|不要|忘记|写|输出|重复|停止|你|现在|从现在)")
_AGE = re.compile("^[^，。；：]{0,6}岁的")
_AND = re.compile("和|与|跟|及|以及|、")
_LONGEST = 8
_LONGEST_FOREIGN = 24  # 亚历山大·谢尔盖耶维奇·普希金


def chinese_names(text: str) -> list[str]:
    """The names of one premise, usually one or none."""
    text = _LABEL.sub("", text.strip())
    if is_chinese_order(text):
        return []
    first = re.split("[。；！？\n]", text, maxsplit=1)[0]
    if called := _CALLED.search(first):
        return _several(first[called.end() :].partition("的")[0])
    if group := _GROUP.match(text):
        return _several(text[group.end() :], listed=True)
    if _SOMEBODY.match(text):
        return []
    return _several(_AGE.sub("", text))


def is_chinese_order(text: str) -> bool:
    """Whether the words tell the reader what to do."""
    return _ORDER.match(text.strip()) is not None


def _several(text: str, *, listed: bool = False) -> list[str]:
    breaks = (
        re.compile(_BREAK.pattern.replace("、", ""))
        if listed or re.match("[^，。：；]{1,6}、[^，。：；]{1,6}", text)
        else _BREAK
    )
    head = _CLAUSE.split(breaks.split(text, maxsplit=1)[0], maxsplit=1)[0]
    parts = [_bare(part) for part in _AND.split(head)]
    return [part for part in parts if _is_name(part)]


def _bare(part: str) -> str:
    """`三十岁的医生李明` is 李明."""
    part = part.rpartition("的")[2]
    return re.sub(r"^\W+|\W+$", "", _ROLE_BEFORE.sub("", part))


def _is_name(part: str) -> bool:
    longest = _LONGEST_FOREIGN if "·" in part or "・" in part else _LONGEST
    return bool(part) and len(part) <= longest and part[0].isalpha() and not _ROLE_ALONE.fullmatch(part)
