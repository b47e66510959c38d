"""A manuscript as DOCX (ECMA-376), with python-docx: styles that a word processor knows, none of our own.

Chinese has a Chinese font and its language set, so that it is neither shown in a substitute nor marked as
misspelt English; paragraphs in Hebrew or Arabic run from the right.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt

from bot.documents.signs import reads_right_to_left
from bot.documents.written import line_of, paragraphs_of
from bot.story.document.manuscript import Block, Items, Manuscript

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

_LATIN, _CHINESE = "Georgia", "Microsoft YaHei"
_FIELD = 255  # characters of a property of the file (ECMA-376, part 2, 11: python-docx holds to it)
_INDENT = 0.25  # inches a level


def as_docx(manuscript: Manuscript, cover: bytes) -> bytes:
    """One DOCX file; `cover` is a PNG."""
    document = docx.Document()
    _set_up(document, manuscript)
    document.add_picture(io.BytesIO(cover), width=Inches(6))
    _add(document, line_of(manuscript.title), "Title")
    _add(document, line_of(manuscript.byline), "Subtitle")
    if logline := line_of(manuscript.logline):
        _add(document, logline)
    for notice in manuscript.notices:
        _add(document, line_of(notice))
    for one in manuscript.about:
        _add(document, line_of(one), "List Bullet")
    for section in manuscript.sections:
        _add(document, line_of(section.heading), f"Heading {section.depth - 1}")
        for block in section.blocks:
            _block(document, block)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up(document: Document, manuscript: Manuscript) -> None:
    chinese = manuscript.language.startswith("zh")
    normal: ParagraphStyle = document.styles["Normal"]
    normal.font.name = _LATIN
    normal.font.size = Pt(11)
    properties = normal.element.get_or_add_rPr()
    properties.rFonts.set(qn("w:eastAsia"), _CHINESE)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    properties.append(language)
    for name in ("Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3"):
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:ascii"), "Arial")
        fonts.set(qn("w:hAnsi"), "Arial")
        fonts.set(qn("w:eastAsia"), _CHINESE)
    about = document.core_properties
    about.title = line_of(manuscript.title)[:_FIELD]
    about.author = line_of(manuscript.byline)[:_FIELD]
    about.subject = line_of(manuscript.form)[:_FIELD]
    about.comments = line_of(" ".join(manuscript.notices))[:_FIELD]
    about.language = "zh-CN" if chinese else "en-US"
    about.created = about.modified = datetime.fromisoformat(manuscript.date).replace(tzinfo=UTC)


def _block(document: Document, block: Block) -> None:
    if isinstance(block, Items):
        for depth, item in block.items:
            paragraph = _add(document, line_of(item), "List Bullet")
            if depth:
                paragraph.paragraph_format.left_indent = Inches(_INDENT * (depth + 1))
        return
    for lines in paragraphs_of(block):
        paragraph = _add(document, "\n".join(lines), "Quote" if block.quoted else "Normal")
        paragraph.paragraph_format.space_after = Pt(8)


def _add(document: Document, text: str, style: str = "Normal") -> Paragraph:
    paragraph = document.add_paragraph(text)
    # By its id, its name without spaces: for a name python-docx asks all styles, for every paragraph.
    paragraph._p.style = style.replace(" ", "")  # noqa: SLF001 - as above
    if reads_right_to_left(text):
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))  # noqa: SLF001 - python-docx has no name for it
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT  # which is the right side there (17.3.1.13)
        for run in paragraph.runs:
            run.font.rtl = True
    return paragraph
