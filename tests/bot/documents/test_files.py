"""The files as files: what their standards ask, looked at without the programs that wrote them."""

from __future__ import annotations

import io
import re
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZIP_STORED, ZipFile

import docx
import pypdf
import pytest
from PIL import Image

from bot.documents.forms import FORMS, document
from bot.story.brief import Language
from bot.story.events import Event
from bot.words import CHINESE, ENGLISH, LANGUAGES, words
from tests.bot.documents.reading import DC, OPF, XHTML, pages_of, xml_of
from tests.bot.documents.test_every_form import CHINESE_STORY, NAMES, a_room_of_everybody
from tests.bot.story.document.stories import whole_story

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAV = "book/nav.xhtml"


def file(form: str, language: str = ENGLISH, log: tuple[Event, ...] | None = None) -> bytes:
    if log is None:
        _, log = a_room_of_everybody(Language(language))
    return document(form, log, say=words(language).say)


@pytest.mark.parametrize("form", sorted(set(FORMS) - {"docx"}))  # whose zip file has the time in it
def test_the_same_room_gives_the_same_file(form: str) -> None:
    assert file(form) == file(form)


@pytest.mark.parametrize("language", LANGUAGES)
class TestEpub:
    """EPUB 3.3 and its container format, rule by rule."""

    def test_the_container_begins_with_its_type_uncompressed(self, language: str) -> None:
        content = file("epub", language)
        assert content[30:58] == b"mimetypeapplication/epub+zip"
        with ZipFile(io.BytesIO(content)) as book:
            first = book.infolist()[0]
            assert (first.filename, first.compress_type, first.extra) == ("mimetype", ZIP_STORED, b"")
            assert book.testzip() is None
            container = xml_of(book.read("META-INF/container.xml"))
        assert container[0][0].get("full-path") == "book/package.opf"

    def test_the_package_names_every_file_once_and_nothing_else(self, language: str) -> None:
        with ZipFile(io.BytesIO(file("epub", language))) as book:
            package = xml_of(book.read("book/package.opf"))
            there = set(book.namelist()) - {"mimetype", "META-INF/container.xml", "book/package.opf"}
        items = list(package.iter(f"{OPF}item"))
        assert sorted(f"book/{item.get('href')}" for item in items) == sorted(there)
        ids = [item.get("id") for item in items]
        assert len(set(ids)) == len(ids)
        assert {place.get("idref") for place in package.iter(f"{OPF}itemref")} <= set(ids)
        properties = [item.get("properties") for item in items]
        assert properties.count("nav") == properties.count("cover-image") == 1

    def test_the_package_says_what_it_must(self, language: str) -> None:
        with ZipFile(io.BytesIO(file("epub", language))) as book:
            package = xml_of(book.read("book/package.opf"))
            picture = Image.open(io.BytesIO(book.read("book/cover.png")))
        assert (package.get("version"), package.get("unique-identifier")) == ("3.0", "id")
        about = package[0]
        identifier = about.find(f"{DC}identifier")
        assert identifier is not None
        assert identifier.get("id") == "id"
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", identifier.text or "")
        assert about.findtext(f"{DC}language") == language
        assert (about.findtext(f"{DC}title") or "").endswith("井")
        assert [each.text for each in about.findall(f"{DC}creator")][1] == NAMES[1]
        modified = [each.text for each in about if each.get("property") == "dcterms:modified"]
        assert len(modified) == 1
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", modified[0] or "")
        assert picture.size == (1200, 675)

    def test_every_page_is_xhtml_whose_ids_are_its_own(self, language: str) -> None:
        for name, page in pages_of(file("epub", language)):
            assert page.tag == f"{XHTML}html", name
            assert page.get("lang") == language
            assert page.findtext(f"{XHTML}head/{XHTML}title")
            ids = [each.get("id") for each in page.iter() if each.get("id")]
            assert len(set(ids)) == len(ids)

    def test_the_contents_lead_to_places_that_are_there(self, language: str) -> None:
        content = file("epub", language)
        with ZipFile(io.BytesIO(content)) as book:
            nav = xml_of(book.read(NAV))
        toc = nav.find(f".//{XHTML}nav")
        assert toc is not None
        assert toc.get("{http://www.idpf.org/2007/ops}type") == "toc"
        places = {
            f"{name.removeprefix('book/')}{mark}"
            for name, page in pages_of(content)
            for mark in ("", *(f"#{each.get('id')}" for each in page.iter() if each.get("id")))
        }
        links = [each.get("href") for each in toc.iter(f"{XHTML}a")]
        assert len(links) > 6
        assert set(links) <= places
        assert all((each.text or "").strip() for each in toc.iter(f"{XHTML}a"))
        assert all(len(each) for each in toc.iter(f"{XHTML}ol"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_docx_has_styles_that_word_processors_know(language: str) -> None:
    document_ = docx.Document(io.BytesIO(file("docx", language)))
    styles = [paragraph.style.name if paragraph.style else "" for paragraph in document_.paragraphs]
    assert styles.count("Title") == styles.count("Subtitle") == 1
    assert {"Heading 1", "Heading 2", "Heading 3", "Quote", "List Bullet"} <= set(styles)
    assert len(document_.inline_shapes) == 1
    assert document_.core_properties.title.endswith("井")
    assert document_.core_properties.language == {ENGLISH: "en-US", CHINESE: "zh-CN"}[language]


def test_a_docx_sets_chinese_in_a_chinese_font_and_hebrew_from_the_right() -> None:
    with ZipFile(io.BytesIO(file("docx", CHINESE, whole_story("שלום עולם")[1]))) as archive:
        styles = xml_of(archive.read("word/styles.xml"))
        body = xml_of(archive.read("word/document.xml"))
    normal = next(style for style in styles.iter(f"{W}style") if style.get(f"{W}styleId") == "Normal")
    assert [each.get(f"{W}eastAsia") for each in normal.iter(f"{W}rFonts")] == ["Microsoft YaHei"]
    assert [each.get(f"{W}eastAsia") for each in normal.iter(f"{W}lang")] == ["zh-CN"]
    hebrew = [each for each in body.iter(f"{W}p") if "".join(each.itertext()) == "שלום עולם"]
    assert hebrew
    for paragraph in hebrew:
        assert paragraph.find(f"{W}pPr/{W}bidi") is not None
        assert all(run.find(f"{W}rPr/{W}rtl") is not None for run in paragraph.iter(f"{W}r"))


def test_the_properties_of_a_paragraph_of_a_docx_stand_in_the_order_of_its_schema() -> None:
    order = ["pStyle", "bidi", "spacing", "ind", "jc"]
    with ZipFile(io.BytesIO(file("docx", ENGLISH, whole_story("שלום עולם")[1]))) as archive:
        body = xml_of(archive.read("word/document.xml"))
    for properties in body.iter(f"{W}pPr"):
        names = [each.tag.removeprefix(W) for each in properties]
        assert names == [name for name in order if name in names]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_fdx_is_a_script_with_a_title_page_and_notes(language: str) -> None:
    script = xml_of(file("fdx", language))
    assert (script.tag, script.get("DocumentType"), script.get("Version")) == ("FinalDraft", "Script", "5")
    assert [part.tag for part in script] == ["Content", "TitlePage"]
    for paragraph in script.iter("Paragraph"):
        assert {child.tag for child in paragraph} <= {"Text", "ScriptNote"}
    body = script.find("Content")
    assert body is not None
    assert {paragraph.get("Type") for paragraph in body} == {"General", "Action"}
    action = [paragraph.findtext("Text") for paragraph in body if paragraph.get("Type") == "Action"]
    if language == CHINESE:
        assert action == f"{CHINESE_STORY} 改".replace("\n\n", "\n").split("\n")
    ids = [note.get("ID") for note in script.iter("ScriptNote")]
    assert ids == [str(number) for number in range(1, len(ids) + 1)]
    title = script.findtext("TitlePage/Content/Paragraph/Text")
    assert title is not None
    assert title.endswith("井")


@pytest.mark.parametrize("language", LANGUAGES)
class TestPdf:
    """ISO 32000-1, by a reader that is strict about it."""

    def reader(self, language: str) -> pypdf.PdfReader:
        return pypdf.PdfReader(io.BytesIO(file("pdf", language)), strict=True)

    def test_every_font_is_embedded_with_what_is_used_and_no_more(self, language: str) -> None:
        content = file("pdf", language)
        assert len(content) < 300_000
        page: Any = self.reader(language).pages[0]
        fonts = page["/Resources"]["/Font"]
        assert len(fonts) >= 4
        for font in fonts.values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in descendant["/FontDescriptor"].get_object()
            assert "/ToUnicode" in font.get_object()

    def test_its_information_language_and_bookmarks_are_the_rooms(self, language: str) -> None:
        reader = self.reader(language)
        about = reader.metadata
        assert about is not None
        assert str(about.title).endswith("井")
        assert NAMES[1] in str(about.author)
        root: Any = reader.trailer["/Root"]
        assert root["/Lang"] == language
        say = words(language).say
        marks = [str(each["/Title"]) for each in reader.outline if isinstance(each, dict)]
        assert say("document.premises") in marks
        assert say("document.credits") in marks
        marked: list[Any] = list(reader.outline)
        pages: list[Any] = [reader.get_destination_page_number(each) for each in marked]
        assert pages == sorted(pages)

    def test_every_page_has_its_number(self, language: str) -> None:
        for number, page in enumerate(self.reader(language).pages, 1):
            assert page.extract_text().strip().endswith(str(number))


def test_a_character_that_no_font_has_can_still_be_copied_out_of_a_pdf() -> None:
    text = "\U00012000\U0001f9ff\u0e01\u0905"  # cuneiform, an amulet, Thai, Devanagari
    content = file("pdf", ENGLISH, whole_story(text)[1])
    assert text in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()


def test_what_is_written_into_xml_is_never_markup() -> None:
    _, log = whole_story('<b a="1">&amp;</b> ]]> <!-- --> <?pi?>')
    _, plain = whole_story()
    for form in ("fdx", "epub"):
        told = [_tags(page) for page in _pages(form, file(form, ENGLISH, log))]
        assert told == [_tags(page) for page in _pages(form, file(form, ENGLISH, plain))]


def _pages(form: str, content: bytes) -> list[ET.Element]:
    return [xml_of(content)] if form == "fdx" else [page for _, page in pages_of(content)]


def _tags(page: ET.Element) -> list[str]:
    return [each.tag for each in page.iter()]
