"""The script that a model is held to which would leave it, as a server's grammar."""

from __future__ import annotations

from tgi.protocol import Grammar

CHINESE_TEXT = "[\u4e00-\u9fff，。、；：！？“”《》…—]+"
IN_CHINESE = Grammar(type="regex", value=CHINESE_TEXT)
