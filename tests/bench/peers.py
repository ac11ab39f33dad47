"""What the same stories weigh as others serve them: two reader modes, and a site generator with its two themes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median

from services.delivery.page import Page
from services.delivery.renditions.full import FULL
from services.delivery.renditions.light import LIGHT
from shared.articles import Byline
from tests.bench.judge import BESIDES, LEAST_SHARE, REQUIRED, share_of_words, told
from tests.bench.pelican_site import THEMES, published
from tests.bench.reader_modes import READER_MODES
from tests.bench.subresources import subresources
from tests.bench.weights import BBC_LITE, EACH
from tests.budget import brotlied, visible
from tests.pictures import light_of
from tests.stories import stories

DAY = 24
SIGNED = {"en": ("Edwin Harlow", "Fisheries"), "fa": ("بابک تیموری", "شیلات")}
"""A name and a section that nothing else on a page has, as nothing else has the day. A made story's own also stand in
its comments and neighbours, and finding them there would prove nothing."""
TEXT = "words of the text"
_METHOD = """\
## Beside others

{each} stories in each language, made as above, but with a name, a section and a day that stand nowhere else on
the page. readability-lxml {readability-lxml} and trafilatura {trafilatura} are given the full page, with the settings
their documentation shows. Around what they return stands the least of a page: title, author, date and section
where they report them, and no style. For Pelican {pelican} and the two themes it brings, each story is an article
with all its metadata; correction, photo, call-out, related stories and comments stand in its body, where an
author would put them.

* Bytes are medians, as brotli 11; photos and fonts as they are.
* ÷ words: by what the light page's visible text costs alone, so all are divided by the same words.
* ÷ own: by what this page's visible text costs alone, whatever it left out. Where ÷ words is clearly the smaller
  one, words are missing.
* Further requests: styles, scripts, pictures and fonts that the markup and its styles name.
* Required are headline, byline, date, section and, in every story, {share:.1%} of the text's words.

This section alone:

```sh
make .venv/bench-ready
.venv/bin/python -c "from tests.bench import peers; print(peers.peers())"
```

| | | page | ÷ words | ÷ own | further requests | of bytes | text, least | required | lacks besides |
|---|---|--:|--:|--:|--:|--:|--:|---|---|"""


@dataclass(frozen=True, slots=True)
class Served:
    """A page, and the bytes of each thing a browser asks for beside it."""

    html: str
    beside: Sequence[int] = ()


def signed_stories(language: str, number: int) -> list[Page]:
    """The made stories, with a name, a section and a day that can be told from all others."""
    name, section = SIGNED[language]
    signed = {"byline": (Byline(name=name),), "section": section}
    return [
        replace(
            page,
            article=page.article.model_copy(update=signed),
            published_at=page.published_at.replace(day=DAY),
        )
        for page in stories(language, number)
    ]


def _served(pages: Sequence[Page]) -> Iterator[tuple[str, list[Served]]]:
    """Each way to serve the stories, in their order."""
    yield "light, without its photo", [Served(LIGHT.render(replace(page, pictures={}))) for page in pages]
    yield "light, its photo inside", [_beside_its_photo(LIGHT.render(page), page) for page in pages]
    yield "full", [_beside_its_photo(FULL.render(page), page) for page in pages]
    for name, made in READER_MODES.items():
        yield name, [_beside_its_photo(made(page), page) for page in pages]
    for theme in THEMES:
        with published(pages, theme) as site:
            yield f"Pelican, `{theme}`", [_from_site(site, number) for number in range(len(pages))]


def _beside_its_photo(html: str, page: Page) -> Served:
    return Served(html, subresources(html, "/en/story.html", lambda _: light_of(page)))


def _from_site(site: Path, number: int) -> Served:
    def fetch(address: str) -> bytes:
        return (site / address.lstrip("/")).read_bytes()

    html = fetch(f"/{number}.html").decode()
    return Served(html, subresources(html, f"/{number}.html", fetch))


def words_alone(pages: Sequence[Page]) -> list[int]:
    """What the words of each story's light page would cost by themselves."""
    return [brotlied(visible(LIGHT.render(replace(page, pictures={})))) for page in pages]


def row(name: str, served: Sequence[Served], pages: Sequence[Page], words: Sequence[int]) -> str:
    """The stories as one peer serves them, weighed and judged."""
    sizes = [brotlied(one.html) for one in served]
    own = [brotlied(visible(one.html)) for one in served]
    shares = [share_of_words(page.article.body_html, one.html) for page, one in zip(pages, served, strict=True)]
    have, lack = Counter({TEXT: len(pages)}), Counter({TEXT: sum(share < LEAST_SHARE for share in shares)})
    for page, one in zip(pages, served, strict=True):
        facts = told(page, one.html)
        have.update(facts.keys())
        lack.update(fact for fact, is_told in facts.items() if not is_told)
    listed = partial(_listed, have, lack)
    disqualifying = listed((*REQUIRED, TEXT))
    cells = (
        name,
        pages[0].enrichment.language,
        f"{median(sizes):,.0f} B",
        f"{_over(sizes, words):.3f}",
        f"{_over(sizes, own):.3f}",
        f"{median(len(one.beside) for one in served):.0f}",
        f"{median(sum(one.beside) for one in served):,.0f} B",
        f"{min(shares):.1%}",
        f"disqualified: lacks {disqualifying}" if disqualifying else "has all required",
        listed(BESIDES),
    )
    return f"| {' | '.join(cells)} |"


def _over(sizes: Sequence[int], words: Sequence[int]) -> float:
    return median(size / bare for size, bare in zip(sizes, words, strict=True))


def _listed(have: Counter[str], lack: Counter[str], facts: Sequence[str]) -> str:
    return ", ".join(
        fact if lack[fact] == have[fact] else f"{fact} ({lack[fact]} of {have[fact]})" for fact in facts if lack[fact]
    )


def peers() -> str:
    """A table in Markdown."""
    rows = []
    for language in SIGNED:
        pages = signed_stories(language, EACH)
        words = words_alone(pages)
        rows += [row(name, served, pages, words) for name, served in _served(pages)]
        over = _over([BBC_LITE] * len(pages), words)
        rows.append(f"| BBC's budget for a lite page | {language} | {BBC_LITE:,} B | {over:.3f} |" + " |" * 6)
    return "\n".join([_METHOD.format(each=EACH, share=LEAST_SHARE, **_releases()), *rows])


def _releases() -> dict[str, str]:
    return {name: version(name) for name in ("readability-lxml", "trafilatura", "pelican")}
