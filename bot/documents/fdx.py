"""A manuscript as FDX, Final Draft's XML, in the elements that Final Draft 8 and later write.

The story is `Action`, its headings `General`; the title page has title, people and what binds the text. What
the room is and the receipts hang as script notes on headings of their own, which Final Draft does not print.
"""

from __future__ import annotations

from itertools import count
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from bot.documents.written import line_of, paragraphs_of
from bot.story.document.manuscript import Items, Manuscript, Section


def as_fdx(manuscript: Manuscript) -> bytes:
    """One FDX file, UTF-8."""
    script = Element("FinalDraft", DocumentType="Script", Template="No", Version="5")
    content = SubElement(script, "Content")
    for number, section in enumerate(manuscript.story):
        _paragraph(content, "General", section.heading, style="Bold")
        if number == 0 and manuscript.logline:
            _paragraph(content, "General", manuscript.logline, style="Italic")
        _story(content, section)
    numbers = count(1)
    about = Section(manuscript.title, (Items(tuple((0, one) for one in manuscript.about)),))
    for section in (about, *manuscript.room):
        _annotated(content, section, numbers)
    _title_page(script, manuscript)
    indent(script)
    file: bytes = tostring(script, encoding="UTF-8", xml_declaration=True)
    return file


def _story(content: Element, section: Section) -> None:
    for block in section.blocks:
        if isinstance(block, Items):
            for _, item in block.items:
                _paragraph(content, "Action", item)
        else:
            for lines in paragraphs_of(block):
                for one in lines:
                    _paragraph(content, "Action", one)


def _annotated(content: Element, section: Section, numbers: count[int]) -> None:
    """A heading with what stands under it as its script note."""
    paragraph = SubElement(content, "Paragraph", Type="General")
    lines = list(_noted(section))
    if lines:
        heading = line_of(section.heading)
        note = SubElement(
            paragraph,
            "ScriptNote",
            {"ID": str(next(numbers)), "Type": "Note", "Name": heading, "Range": f"0,{len(heading)}"},
        )
        for one in lines:
            SubElement(SubElement(note, "Paragraph"), "Text").text = one
    SubElement(paragraph, "Text", Style="Bold").text = line_of(section.heading)


def _noted(section: Section) -> list[str]:
    lines: list[str] = []
    for block in section.blocks:
        if isinstance(block, Items):
            lines += [f"{'  ' * depth}- {line_of(item)}" for depth, item in block.items]
        else:
            lines += [one for paragraph in paragraphs_of(block) for one in paragraph]
    return lines


def _title_page(script: Element, manuscript: Manuscript) -> None:
    content = SubElement(SubElement(script, "TitlePage"), "Content")
    _paragraph(content, "General", manuscript.title, align="Center", style="Bold")
    for text in (manuscript.form, manuscript.byline, manuscript.date):
        _paragraph(content, "General", text, align="Center")
    for notice in manuscript.notices:
        _paragraph(content, "General", notice, align="Left")


def _paragraph(content: Element, kind: str, text: str, *, style: str = "", align: str = "") -> None:
    paragraph = SubElement(content, "Paragraph", {"Type": kind, **({"Alignment": align} if align else {})})
    SubElement(paragraph, "Text", {"Style": style} if style else {}).text = line_of(text)
