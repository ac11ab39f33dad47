"""What in a story keeps it back: names that must never leave, and data of persons."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import unquote

from services.moderation.checks.personal import personal
from services.moderation.policy import Rulebook
from services.moderation.subject import Subject
from services.moderation.wordlists import Words
from shared.articles import Article
from shared.blocks import blocks_of
from shared.cases import Cause
from shared.fold import fold

PROTECTED = "protected-term"
LONG_ENOUGH = 5
"""Letters of a name that is also looked for with an ending."""


@dataclass(frozen=True, slots=True)
class Found:
    """``marks``: SHA-256 of each thing that was found, by which two people let it pass."""

    causes: tuple[Cause, ...] = ()
    marks: frozenset[str] = frozenset()


def causes(article: Article, rules: Rulebook) -> Found:
    """What stands in any field that leaves. Where it stands, never what it says."""
    terms = Words((PROTECTED, _with_endings(term)) for term in article.protected_terms if fold(term).text.strip())
    public = {_plain(value) for value in rules.articles.public}
    wanted = set(rules.articles.personal)
    counts: Counter[tuple[str, str]] = Counter()
    marks = set()
    for field, text in _texts(article):
        # An address says it in its own spelling: `reza%20farhadi`.
        for found in (*terms.find(text), *(terms.find(plain) if (plain := unquote(text)) != text else ())):
            counts[PROTECTED, field] += 1
            marks.add(_mark(PROTECTED, found.term))
        if field == MARKUP:
            continue
        for one in personal(Subject(text, None, {}, phone_regions=rules.phone_regions)):
            value = text[one.span.start : one.span.end] if one.span else ""
            if one.kind in wanted and _plain(value) not in public:
                counts[str(one.kind), field] += 1
                marks.add(_mark(str(one.kind), value))
    told = tuple(Cause(kind=kind, field=field, count=count) for (kind, field), count in sorted(counts.items()))
    return Found(told, frozenset(marks))


MARKUP = "body_html (markup)"
"""Addresses of links and titles of pictures leave too; numbers in them are mostly no one's."""


def _with_endings(term: str) -> str:
    """A name with whatever a language writes on at its end; a short one would find half the dictionary."""
    term = term.rstrip("*")
    return f"{term}*" if len(fold(term).text.strip()) >= LONG_ENOUGH else term


def _texts(article: Article) -> Iterator[tuple[str, str]]:
    single = {
        "headline": article.headline, "kicker": article.kicker, "standfirst": article.standfirst, "slug": article.slug,
        "section": article.section, "dateline": article.dateline, "canonical_url": article.canonical_url,
        "correction.note": article.correction.note if article.correction else None,
    }  # fmt: skip
    yield from ((name, text) for name, text in single.items() if text)
    yield from ((f"keywords[{at}]", word) for at, word in enumerate(article.keywords) if word)
    for at, byline in enumerate(article.byline):
        yield from ((f"byline[{at}]", text) for text in (byline.name, byline.role, byline.url) if text)
    for at, image in enumerate(article.images):
        told = {"caption": image.caption, "alt": image.alt, "credit": image.credit, "href": image.href}
        yield from ((f"images[{at}].{name}", text) for name, text in told.items() if text)
    for block in blocks_of(article.body_html):
        yield from (("body_html", line) for line in (block.items or (block.text,)) if line)
    if article.body_html:
        yield MARKUP, article.body_html


def _plain(value: str) -> str:
    """Of a number its digits, of anything else its letters: how it is set does not matter."""
    folded = fold(value).text
    digits = "".join(sign for sign in folded if sign.isdigit())
    return digits.lstrip("0") if len(digits) > 6 else folded.replace(" ", "")


def _mark(kind: str, value: str) -> str:
    return sha256(f"{kind}\n{_plain(value)}".encode()).hexdigest()
