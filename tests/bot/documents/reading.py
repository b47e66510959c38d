"""What other programs read in an exported file: nothing here uses what wrote it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import mammoth
import pypdf
from markdown_it import MarkdownIt
from screenplain.parsers import fountain
from screenplain.types import Action, Section

XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"

_NOTE = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)


def squeezed(text: str) -> str:
    """A text without spaces and the invisible joiner that keeps marks apart: lines may be broken anywhere."""
    return re.sub(r"[\s\u2060]+", "", text)


def xml_of(content: bytes) -> ET.Element:
    return ET.fromstring(content)  # noqa: S314 - this program's own files


def of_markdown(content: bytes) -> str:
    tokens = MarkdownIt("commonmark").parse(content.decode())
    inside = (token.children or [] for token in tokens if token.type == "inline")
    return "\n".join("".join(child.content or "\n" for child in each) for each in inside)


def of_fountain(content: bytes) -> str:
    """The title page and the body by a parser of Fountain, and the notes, which it drops, by hand."""
    text = content.decode()
    screenplay = fountain.parse(io.StringIO(text))
    parts = [value for values in screenplay.title_page.values() for value in values]
    for one in screenplay:
        if isinstance(one, Action):
            parts += [str(line) for line in one.lines]
        elif isinstance(one, Section):
            parts += [str(one.text), one.synopsis or ""]
    parts += _NOTE.findall(text)
    return "\n".join(parts)


def of_fdx(content: bytes) -> str:
    return "\n".join(each.text or "" for each in xml_of(content).iter("Text"))


def of_docx(content: bytes) -> str:
    return str(mammoth.extract_raw_text(io.BytesIO(content)).value)


def of_pdf(content: bytes) -> str:
    """The pages without their numbers."""
    pages = (page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    return "\n".join(re.sub(r"\n\d+$", "", page.strip()) for page in pages)


def of_epub(content: bytes) -> str:
    return "\n".join("".join(page.itertext()) for _, page in pages_of(content))


def pages_of(content: bytes) -> Iterator[tuple[str, ET.Element]]:
    """An EPUB's pages, in its own order."""
    with ZipFile(io.BytesIO(content)) as book:
        package = xml_of(book.read("book/package.opf"))
        files = {item.get("id"): item.get("href") for item in package.iter(f"{OPF}item")}
        for place in package.iter(f"{OPF}itemref"):
            name = f"book/{files[place.get('idref')]}"
            yield name, xml_of(book.read(name))


READERS: Final[dict[str, Callable[[bytes], str]]] = {
    "markdown": of_markdown,
    "fountain": of_fountain,
    "fdx": of_fdx,
    "docx": of_docx,
    "pdf": of_pdf,
    "epub": of_epub,
    "json": lambda content: "\n".join(strings(json.loads(content))),
}


def strings(value: Any) -> Iterator[str]:
    """Every text in JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
