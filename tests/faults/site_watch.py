"""Looks at every answer of a site while it is killed, and knows what no reader may be shown any more."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.etree.ElementTree import fromstring

from tests.faults.site_traffic import EVERYWHERE, PAGES, Newsroom, word

CHECKS = ("old", "missing", "twice", "altered", "ended wrong", "words that stay", "receipts", "sites that fell")
LISTS = (
    "/en/", "/en/light/", f"/en/search?q={EVERYWHERE}", f"/en/light/search?q={EVERYWHERE}", "/en/feed.rss",
    "/en/feed.atom", "/en/feed.json", "/sitemap.xml", "/sitemap-news.xml",
)  # fmt: skip
"""What names every story that is shown."""

_LINE = re.compile(r">Headline (\d+) of (a\d+)</a>")
_TITLE = re.compile(r"Headline (\d+) of (a\d+)")
_LOC = re.compile(r"<loc>http://[^<]*/(a\d+)\.html</loc>")
_WORD = re.compile(r"\bw[0-9a-f]{20}\b")


@dataclass(frozen=True)
class Line:
    """One story in a list; ``sequence``: of its headline, ``None`` where the list has none.

    ``gone``: it is there only to say that it was withdrawn.
    """

    article: str
    sequence: int | None
    gone: bool = False
    text: str = ""


def lines(address: str, body: str) -> Iterator[Line]:
    """The stories an answer lists, in its order."""
    if address.endswith(".json"):
        for item in json.loads(body)["items"]:
            yield _item(item["id"], item["title"], item.get("content_html", ""))
    elif address.endswith((".rss", ".atom")):
        root, own = fromstring(body), "{http://www.w3.org/2005/Atom}"
        for item in (*root.iter("item"), *root.iter(f"{own}entry")):
            told = {child.tag.rpartition("}")[2]: child.text or "" for child in item}
            yield _item(told.get("guid") or told["id"], told["title"], told.get("encoded") or told.get("content", ""))
    elif address.startswith("/sitemap"):
        yield from (Line(article, None) for article in _LOC.findall(body))
    else:
        yield from (Line(article, int(sequence)) for sequence, article in _LINE.findall(body))


def _item(id_: str, title: str, text: str) -> Line:
    article = unquote(id_).rpartition(":")[2]
    if (said := _TITLE.fullmatch(title)) is None:
        return Line(article, None, gone=True, text=text)
    return Line(article, int(said[1]), text=text)


@dataclass
class Watch:
    """``written``: article → the greatest sequence Redis acknowledged; ``promised``: the same at the last start;
    ``seen``: the greatest one any reader was shown."""

    newsroom: Newsroom
    written: dict[str, int] = field(default_factory=dict)
    promised: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    violations: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in CHECKS})
    answers: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    """How many of the sites showed somebody something."""
    _silent: bool = True

    def starts(self) -> None:
        """A site is about to start: what is written now it must never fall behind."""
        self.promised, self._silent = dict(self.written), True

    def answered_with(self, status: int) -> None:
        """A reader has an answer."""
        self.answers[str(status)] += 1
        self.answered += self._silent and status == 200
        self._silent &= status != 200

    def floor(self) -> dict[str, int]:
        """Article → the least sequence an answer may show that is asked for now."""
        return {id_: max(self.promised.get(id_, 0), self.seen.get(id_, 0)) for id_ in self.newsroom.said}

    def found(self, check: str, what: str) -> None:
        """Something is wrong."""
        self.violations[check].append(what)

    def page(self, floor: Mapping[str, int], article: str, rendition: str, status: int, body: bytes) -> None:
        """One page: it is byte for byte what some telling said, and none older than the floor."""
        where, least = PAGES[rendition].format(article), floor[article]
        if status == 404:
            if least:
                self.found("missing", f"{where}: 404, {least} was shown or written before the start")
            return
        for telling in self.newsroom.said[article].values():
            if telling.shown == (status == 200) and telling.pages[rendition] == body:
                self._shown(where, article, telling.sequence, least)
                return
        self.found("altered", f"{where}: {status} with what nobody said: {body[:80]!r}")

    def listing(self, floor: Mapping[str, int], address: str, body: str, *, whole: bool = True) -> None:
        """One list: each story once, none older than the floor; where it is ``whole``, none left out."""
        found = list(lines(address, body))
        named = Counter(line.article for line in found)
        for article, times in named.items():
            if times > 1:
                self.found("twice", f"{address}: {article} {times} times")
        for line in found:
            if line.gone:
                self._gone(floor, address, line.article)
            elif line.sequence is None:
                self._stays(floor, address, line.article)
            else:
                self._line(floor, address, line)
        if not whole:
            return
        for article, least in floor.items():
            if least and not named[article]:
                if address.endswith((".rss", ".atom", ".json")):
                    self.found("missing", f"{address}: {article}, neither its text nor a notice")
                else:
                    self._gone(floor, address, article)

    def _line(self, floor: Mapping[str, int], address: str, line: Line) -> None:
        sequence = line.sequence or 0
        telling = self.newsroom.said[line.article].get(sequence)
        if telling is None or not telling.shown:
            self.found("altered", f"{address}: {line.article} with a headline nobody gave it, {sequence}")
            return
        words = set(_WORD.findall(line.text))
        if words - set(_WORD.findall(telling.pages["json"].decode())):
            self.found("altered", f"{address}: {line.article} at {sequence} says what it does not say")
        if line.text and word(line.article, sequence) not in words:
            self.found("missing", f"{address}: {line.article} at {sequence} without its words")
        self._shown(address, line.article, sequence, floor[line.article])

    def _shown(self, where: str, article: str, sequence: int, least: int) -> None:
        if sequence < least:
            self.found("old", f"{where}: {article} at {sequence}, and {least} was shown or written before the start")
        self.seen[article] = max(sequence, self.seen.get(article, 0))

    def _stays(self, floor: Mapping[str, int], address: str, article: str) -> None:
        if not any(one.shown and one.sequence >= floor[article] for one in self.newsroom.said[article].values()):
            self.found("old", f"{address}: {article}, which was withdrawn at {floor[article]}")

    def _gone(self, floor: Mapping[str, int], address: str, article: str) -> None:
        said = self.newsroom.said[article].values()
        if not any(not one.shown and one.sequence >= floor[article] for one in said):
            self.found("missing", f"{address}: {article}, which nobody withdrew since {floor[article]}")
