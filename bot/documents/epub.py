"""A manuscript as EPUB 3.3: a cover, the title page, the story, and the room it came from.

A zip file whose first entry is the uncompressed `mimetype`; the rest is XHTML written by the standard
library's XML writer, so that nobody's words can be markup. The same manuscript gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from bot.documents.written import line_of, paragraphs_of
from bot.story.document.manuscript import Block, Items, Manuscript, Section

_CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>\n"
)
_STYLE = """\
body { font-family: serif; line-height: 1.5; margin: 5%; }
h1, h2, h3, h4 { font-family: sans-serif; line-height: 1.25; }
blockquote { margin: 0.8em 0 0.8em 1em; padding-left: 0.8em; border-left: 0.2em solid #999; }
img { max-width: 100%; }
:lang(zh) p { text-align: justify; }
.byline { font-size: 1.2em; }
.notice { font-size: 0.85em; }
"""
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file knows


def as_epub(manuscript: Manuscript, cover: bytes, *, story: str, room: str, contents: str) -> bytes:
    """One EPUB file.

    `cover` is a PNG; `story`, `room` and `contents` are the headings of the two parts and of the contents.
    """
    files = {
        "META-INF/container.xml": _CONTAINER.encode(),
        "book/package.opf": _package(manuscript),
        "book/nav.xhtml": _navigation(manuscript, story=story, room=room, contents=contents),
        "book/cover.xhtml": _cover(manuscript),
        "book/title.xhtml": _title(manuscript),
        "book/story.xhtml": _part(manuscript, story, "s", manuscript.story),
        "book/room.xhtml": _part(manuscript, room, "r", manuscript.room),
        "book/style.css": _STYLE.encode(),
        "book/cover.png": cover,
    }
    book = io.BytesIO()
    with ZipFile(book, "w") as archive:
        archive.writestr(ZipInfo("mimetype", _EPOCH), b"application/epub+zip", ZIP_STORED)
        for name, content in files.items():
            archive.writestr(ZipInfo(name, _EPOCH), content, ZIP_DEFLATED)
    return book.getvalue()


def _package(manuscript: Manuscript) -> bytes:
    package = Element(
        "package",
        {
            "xmlns": "http://www.idpf.org/2007/opf",
            "version": "3.0",
            "unique-identifier": "id",
            "xml:lang": manuscript.language,
        },
    )
    about = SubElement(package, "metadata", {"xmlns:dc": "http://purl.org/dc/elements/1.1/"})
    named = UUID(bytes=sha256(repr(manuscript).encode()).digest()[:16], version=4)
    SubElement(about, "dc:identifier", id="id").text = f"urn:uuid:{named}"
    SubElement(about, "dc:title").text = line_of(manuscript.title) or "?"
    SubElement(about, "dc:language").text = manuscript.language
    for author in manuscript.authors:
        SubElement(about, "dc:creator").text = line_of(author)
    for notice in manuscript.notices:
        SubElement(about, "dc:rights").text = line_of(notice)
    if manuscript.logline:
        SubElement(about, "dc:description").text = line_of(manuscript.logline)
    SubElement(about, "dc:date").text = manuscript.date
    SubElement(about, "meta", property="dcterms:modified").text = f"{manuscript.date}T00:00:00Z"
    manifest = SubElement(package, "manifest")
    spine = SubElement(package, "spine")
    for name in ("cover", "title", "story", "room"):
        _item(manifest, name, f"{name}.xhtml", "application/xhtml+xml")
        SubElement(spine, "itemref", idref=name)
    _item(manifest, "nav", "nav.xhtml", "application/xhtml+xml", properties="nav")
    _item(manifest, "picture", "cover.png", "image/png", properties="cover-image")
    _item(manifest, "style", "style.css", "text/css")
    return _xml(package)


def _item(manifest: Element, name: str, file: str, kind: str, **more: str) -> None:
    SubElement(manifest, "item", {"id": name, "href": file, "media-type": kind, **more})


def _navigation(manuscript: Manuscript, *, story: str, room: str, contents: str) -> bytes:
    page, body = _page(manuscript, contents)
    nav = SubElement(body, "nav", {"epub:type": "toc"})
    SubElement(nav, "h1").text = contents
    top = SubElement(nav, "ol")
    for file, heading, mark, sections in (
        ("story.xhtml", story, "s", manuscript.story),
        ("room.xhtml", room, "r", manuscript.room),
    ):
        entry = SubElement(top, "li")
        SubElement(entry, "a", href=file).text = heading
        chapters = [(n, one) for n, one in enumerate(sections) if one.depth == 2]  # noqa: PLR2004 - a chapter
        inside = SubElement(entry, "ol")
        for number, section in chapters:
            link = SubElement(SubElement(inside, "li"), "a", href=f"{file}#{mark}{number}")
            link.text = line_of(section.heading)
    return _xml(page)


def _cover(manuscript: Manuscript) -> bytes:
    page, body = _page(manuscript, manuscript.title)
    SubElement(SubElement(body, "p"), "img", src="cover.png", alt=line_of(manuscript.title))
    return _xml(page)


def _title(manuscript: Manuscript) -> bytes:
    page, body = _page(manuscript, manuscript.title)
    SubElement(body, "h1", dir="auto").text = line_of(manuscript.title)
    _texts(body, "p", [manuscript.byline], "byline")
    _texts(body, "p", [manuscript.logline])
    _texts(SubElement(body, "ul"), "li", manuscript.about)
    _texts(body, "p", manuscript.notices, "notice")
    return _xml(page)


def _part(manuscript: Manuscript, heading: str, mark: str, sections: Iterable[Section]) -> bytes:
    page, body = _page(manuscript, heading)
    SubElement(body, "h1").text = heading
    for number, section in enumerate(sections):
        SubElement(body, f"h{section.depth}", id=f"{mark}{number}", dir="auto").text = line_of(
            section.heading
        )
        for block in section.blocks:
            _block(body, block)
    return _xml(page)


def _block(body: Element, block: Block) -> None:
    if isinstance(block, Items):
        _tree(body, list(block.items))
        return
    inside = SubElement(body, "blockquote") if block.quoted else body
    for lines in paragraphs_of(block):
        paragraph = SubElement(inside, "p", dir="auto")
        paragraph.text = lines[0]
        for line in lines[1:]:
            SubElement(paragraph, "br").tail = line


def _tree(body: Element, items: list[tuple[int, str]]) -> None:
    """Items as lists within lists; a step down is one level, however deep the item says it is."""
    lists = [SubElement(body, "ul")]
    for depth, item in items:
        while len(lists) > depth + 1:
            lists.pop()
        if len(lists) <= depth and len(lists[-1]):
            lists.append(SubElement(lists[-1][-1], "ul"))
        SubElement(lists[-1], "li", dir="auto").text = line_of(item)


def _page(manuscript: Manuscript, title: str) -> tuple[Element, Element]:
    page = Element(
        "html",
        {
            "xmlns": "http://www.w3.org/1999/xhtml",
            "xmlns:epub": "http://www.idpf.org/2007/ops",
            "lang": manuscript.language,
            "xml:lang": manuscript.language,
        },
    )
    head = SubElement(page, "head")
    SubElement(head, "title").text = line_of(title) or "?"
    SubElement(head, "link", rel="stylesheet", type="text/css", href="style.css")
    return page, SubElement(page, "body")


def _texts(parent: Element, tag: str, texts: Iterable[str], kind: str = "") -> None:
    for text in texts:
        if said := line_of(text):
            SubElement(parent, tag, {"dir": "auto", **({"class": kind} if kind else {})}).text = said


def _xml(root: Element) -> bytes:
    file: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return file
