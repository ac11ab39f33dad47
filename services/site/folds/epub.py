"""EPUB 3: the newest stories as one book. Text alone: a book that travels by cable or radio has to be small."""

from io import BytesIO
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from services.site.dates import day
from services.site.folds.collection import Collection, stamp, text, xml
from shared.document import Block, BlockKind, StoryDocument

MOST = 20
CONTAINER = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<container version="1.0" '
    b'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    b'<rootfile full-path="book/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
STYLE = (
    b"body{line-height:1.5;margin:0 1em}html:lang(fa),html:lang(ar){line-height:1.9}"
    b"h1{font-size:1.5em;line-height:1.3}.facts{font-size:.85em}blockquote{margin:1em 1.5em}\n"
)
XHTML, OPS = "http://www.w3.org/1999/xhtml", "http://www.idpf.org/2007/ops"


def epub(collection: Collection) -> bytes:
    """The same bytes for the same stories: no clock, no chance. https://www.w3.org/TR/epub-33/"""
    stories = collection.stories[:MOST]
    files = {f"story-{n}.xhtml": _story(story, collection) for n, story in enumerate(stories, 1)}
    book = {
        "META-INF/container.xml": CONTAINER,
        "book/book.opf": _package(collection, list(files)),
        "book/nav.xhtml": _contents(collection, list(zip(files, stories, strict=True))),
        "book/style.css": STYLE,
        **{f"book/{name}": content for name, content in files.items()},
    }
    bound = BytesIO()
    with ZipFile(bound, "w") as archive:
        # First and uncompressed, so that the file says what it is.
        archive.writestr(_info("mimetype"), b"application/epub+zip", ZIP_STORED)
        for name, content in book.items():
            archive.writestr(_info(name), content, ZIP_DEFLATED, 9)
    return bound.getvalue()


def _info(name: str) -> ZipInfo:
    return ZipInfo(name, (1980, 1, 1, 0, 0, 0))


def _package(collection: Collection, files: list[str]) -> bytes:
    root = Element("package", {"xmlns": "http://www.idpf.org/2007/opf", "version": "3.0", "unique-identifier": "id"})
    about = SubElement(root, "metadata", {"xmlns:dc": "http://purl.org/dc/elements/1.1/"})
    changed = stamp(collection.changed_at)
    text(about, "dc:identifier", f"urn:uuid:{uuid5(NAMESPACE_URL, f'{collection.home}{changed}')}", id="id")
    text(about, "dc:title", f"{collection.name} · {day(collection.changed_at, collection.language)}")
    text(about, "dc:language", collection.language)
    text(about, "dc:publisher", collection.name)
    text(about, "meta", changed, property="dcterms:modified")
    manifest = SubElement(root, "manifest")
    SubElement(manifest, "item", {"id": "nav", "href": "nav.xhtml", "media-type": "application/xhtml+xml",
                                  "properties": "nav"})  # fmt: skip
    SubElement(manifest, "item", {"id": "style", "href": "style.css", "media-type": "text/css"})
    spine = SubElement(root, "spine", {"page-progression-direction": collection.direction})
    SubElement(spine, "itemref", {"idref": "nav"})
    for name in files:
        id_ = name.removesuffix(".xhtml")
        SubElement(manifest, "item", {"id": id_, "href": name, "media-type": "application/xhtml+xml"})
        SubElement(spine, "itemref", {"idref": id_})
    return xml(root)


def _page(title: str, language: str, direction: str) -> tuple[Element, Element]:
    root = Element("html", {"xmlns": XHTML, "xmlns:epub": OPS, "lang": language, "xml:lang": language,
                            "dir": direction})  # fmt: skip
    head = SubElement(root, "head")
    text(head, "title", title)
    SubElement(head, "link", {"rel": "stylesheet", "href": "style.css", "type": "text/css"})
    return root, SubElement(root, "body")


def _contents(collection: Collection, chapters: list[tuple[str, StoryDocument]]) -> bytes:
    root, inside = _page(collection.name, collection.language, collection.direction)
    nav = SubElement(inside, "nav", {"epub:type": "toc", "id": "toc"})
    text(nav, "h1", collection.name)
    entries = SubElement(nav, "ol")
    for name, story in chapters:
        text(SubElement(entries, "li"), "a", story.headline, href=name)
    if not chapters:
        # A list of contents must not be empty.
        text(SubElement(entries, "li"), "a", collection.name, href="nav.xhtml")
    return xml(root)


def _story(story: StoryDocument, collection: Collection) -> bytes:
    language = story.language if story.language != "und" else collection.language
    root, inside = _page(story.headline, language, story.direction.value)
    if story.section:
        text(inside, "p", story.section, **{"class": "facts"})
    text(inside, "h1", story.headline)
    if story.standfirst:
        text(SubElement(inside, "p"), "strong", story.standfirst)
    names = [who.name for who in story.byline]
    facts = [*names, day(story.published_at, collection.language)]
    text(inside, "p", " · ".join(facts), **{"class": "facts"})
    if story.correction:
        text(SubElement(inside, "blockquote"), "p", story.correction.note)
    for picture in story.images:
        if picture.caption or picture.alt:
            text(SubElement(inside, "p", {"class": "facts"}), "em", picture.caption or picture.alt or "")
    if story.dateline:
        text(SubElement(inside, "p"), "strong", story.dateline)
    for block in story.blocks:
        _block(inside, block)
    for who in story.accountability:
        text(inside, "p", " · ".join(filter(None, (who.official, who.office, who.contact_url, who.campaign_url))))
    return xml(root)


def _block(inside: Element, block: Block) -> None:
    if block.kind is BlockKind.HEADING:
        text(inside, "h2", block.text)
    elif block.kind is BlockKind.LIST and block.items:
        entries = SubElement(inside, "ol" if block.ordered else "ul")
        for item in block.items:
            text(entries, "li", item)
    elif block.kind is BlockKind.TABLE and block.items:
        rows = SubElement(inside, "table")
        for item in block.items:
            row = SubElement(rows, "tr")
            for cell in item.split("\t"):
                text(row, "td", cell)
    elif block.kind is BlockKind.QUOTE:
        text(SubElement(inside, "blockquote"), "p", block.text)
    elif block.kind is BlockKind.CODE:
        text(inside, "pre", block.text)
    elif block.kind is BlockKind.RULE:
        SubElement(inside, "hr")
    elif said := block.text or block.href:
        text(inside, "p", said)
