"""What full pages tell search engines is a NewsArticle as schema.org types it, by schema-dts."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from services.delivery.renditions.full import FULL
from tests.browser.pages import stories_to_check

pytestmark = [pytest.mark.needs("npm"), pytest.mark.needs("node")]

TYPED = 'import type {NewsArticle, WithContext} from "schema-dts"\n'


def told(html: str) -> str:
    """The linked data of a page, as a crawler reads it."""
    (script,) = LexborHTMLParser(html).css('script[type="application/ld+json"]')
    return script.text()


def compiled(checkers: Path, articles: list[str]) -> list[str]:
    """What the compiler says against these, each a JSON text: a line for each mistake."""
    # Beside node_modules, where the compiler looks for the types.
    source = checkers.parent / "articles.ts"
    # A literal under its type: an assertion or a variable in between would let unknown properties pass.
    literals = (f"export const a{n}: WithContext<NewsArticle> = {article}\n" for n, article in enumerate(articles))
    source.write_text(TYPED + "".join(literals), "utf-8")
    compiler = checkers / "typescript" / "bin" / "tsc"
    command = [
        "node", str(compiler), "--strict", "--noEmit", "--skipLibCheck", "--target", "es2022", "--module", "es2022",
        "--moduleResolution", "bundler", "--pretty", "false", source.name,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=source.parent, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    found = re.findall(r"^\S.*error TS\d+.*", done.stdout, re.MULTILINE)
    assert bool(found) == bool(done.returncode), done.stdout
    return found


def test_every_story_is_a_news_article(checkers: Path) -> None:
    articles = [told(FULL.render(page)) for page in stories_to_check()]

    found = compiled(checkers, articles)

    assert len(articles) > 15
    assert found == []


ARTICLE: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Water returns",
    "author": [{"@type": "Person", "name": "Nadia Farrow"}],
}
WRONG: dict[str, dict[str, Any]] = {
    "Newsarticle": {"@type": "Newsarticle"},
    "headlin": {"headlin": "Water"},
    "wordCount": {"wordCount": True},
    "nam": {"author": [{"@type": "Person", "nam": "Nadia Farrow"}]},
    "isAccessibleForFree": {"isAccessibleForFree": {"@type": "Person"}},
}
"""What the compiler must name → what of the article is wrong."""


def test_the_compiler_is_awake(checkers: Path) -> None:
    articles = [ARTICLE, *(ARTICLE | wrong for wrong in WRONG.values())]

    found = compiled(checkers, [json.dumps(article) for article in articles])

    # The import is line 1 and the right article line 2.
    assert [line.split("(")[1].split(",")[0] for line in found] == [str(3 + n) for n in range(len(WRONG))], found
    assert all(re.search(rf"['\"]{word}['\"]", line) for word, line in zip(WRONG, found, strict=True)), found
