"""Held of every rendition: one suite, each entry of the list covered the moment it is listed."""

import gzip
import json
import re
from html.parser import HTMLParser

import brotli  # type: ignore[import-untyped]
import pytest

from services.delivery.house import House
from services.delivery.page import Notice
from services.delivery.place import path_of, place_of
from services.delivery.renditions import COMMENTS, RENDITIONS, full
from services.delivery.renditions.light import LIGHT, without_media
from services.delivery.renditions.spec import Spec
from shared.articles import Direction, Image, ImageRole
from tests.contract.rendition_pages import HOSTILE_PAGE, example_pages, make_page

every_rendition = pytest.mark.parametrize("spec", RENDITIONS, ids=lambda spec: spec.name)
every_page = pytest.mark.parametrize("spec", [full.FULL, LIGHT], ids=lambda spec: spec.name)
every_spec = pytest.mark.parametrize("spec", [*RENDITIONS, COMMENTS], ids=lambda spec: spec.name)


class Tags(HTMLParser):
    """Every start tag of a page, with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag in names]


@every_spec
def test_it_is_named_after_its_file(spec: Spec) -> None:
    assert spec.render.__module__ == f"services.delivery.renditions.{spec.name}"


@every_spec
def test_it_is_the_same_byte_for_byte(spec: Spec) -> None:
    page = make_page()

    assert spec.render(page) == spec.render(page)


@every_page
def test_it_carries_id_and_revision(spec: Spec) -> None:
    (story,) = Tags(spec.render(make_page())).named("article")

    assert (story["data-id"], story["data-revision"]) == ("urn:desk:1", "7")


@every_rendition
def test_every_example_is_within_its_budget(spec: Spec) -> None:
    pages = list(example_pages())

    # A page's limit is what travels; any other's is the file itself.
    pressed = brotli.compress if spec.pressed else bytes
    sizes = [len(pressed(spec.render(page).encode())) for page in pages]

    assert pages
    assert max(sizes) <= spec.max_bytes


def test_every_light_example_fits_one_flight_as_gzip() -> None:
    sizes = [len(gzip.compress(LIGHT.render(page).encode(), 9)) for page in example_pages()]

    assert max(sizes) <= 9_000


def test_a_long_light_text_goes_without_its_photo_and_keeps_the_caption() -> None:
    words = " ".join(f"w{number * 7919 % 10007}" for number in range(3_000))
    image = (Image(media="0" * 64, caption="A river"),)

    short = LIGHT.render(make_page(images=image))
    long = LIGHT.render(make_page(images=image, body_html=f"<p>{words}</p>"))

    assert Tags(short).named("img")
    assert not Tags(long).named("img")
    assert "A river" in long


@every_spec
@pytest.mark.parametrize("killed", [True, False])
def test_a_withdrawal_is_a_notice_without_the_old_text(spec: Spec, *, killed: bool) -> None:
    notice = Notice(House(), "urn:desk:1", 8, "fa", Direction.RTL, killed)

    body = spec.withdrawal(notice)

    # An SMS has no room for an id: the entry that carries it names the story.
    assert "urn:desk:1" in body or spec.name == "sms"
    assert "Water returns" not in body
    assert len(body.encode()) < 8_192


@every_page
def test_nothing_hostile_comes_alive(spec: Spec) -> None:
    html = spec.render(HOSTILE_PAGE)

    tags = Tags(html)
    executable = [found for found in tags.named("script") if found.get("type") != "application/ld+json"]
    assert len(executable) == (1 if spec.name == "full" else 0)
    assert not [name for _, found in tags.found for name in found if name.startswith("on")]
    assert not re.search(r'(?:href|src)="\s*(?:javascript|data:text)', html, re.IGNORECASE)
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_structured_data_stays_inside_its_element() -> None:
    html = full.FULL.render(HOSTILE_PAGE)

    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)

    assert json.loads(block)["headline"] == HOSTILE_PAGE.article.headline


@every_page
@pytest.mark.parametrize(
    ("language", "headline", "lang", "direction"),
    [
        ("en", "Water", "en", "ltr"), ("fa", "آب برگشت", "fa", "rtl"), ("ar", "عاد الماء", "ar", "rtl"),
        ("fa-AF", "آب برگشت", "fa", "rtl"), ("fr", "L’eau", "en", "ltr"), ("ur", "پانی", "en", "rtl"),
    ],
)  # fmt: skip
def test_language_and_direction_are_said(spec: Spec, language: str, headline: str, lang: str, direction: str) -> None:
    tags = Tags(spec.render(make_page(language, headline=headline)))

    (document,) = tags.named("html")
    (story,) = tags.named("article")
    assert (document["lang"], document.get("dir", "ltr")) == (lang, direction)
    assert story.get("lang") == (language if lang != language.split("-")[0] else None)


@every_page
def test_persian_dates_are_solar_for_people_and_gregorian_for_machines(spec: Spec) -> None:
    html = spec.render(make_page("fa", headline="آب برگشت"))

    exact = "T12:00:00+00:00" if spec.name == "full" else ""
    assert f'<time datetime="2026-11-23{exact}">۲ آذر ۱۴۰۵</time>' in html


@every_page
def test_the_two_versions_link_to_each_other_and_to_their_own_kind(spec: Spec) -> None:
    page = make_page()

    links = {found["href"] for found in Tags(spec.render(page)).named("a") if found.get("href")}

    other = "light" if spec.name == "full" else "full"
    here = path_of(page.place, spec.name).rsplit("/", 1)[0]
    prefix = "" if spec.name == "full" else "../"
    assert prefix + path_of(page.place, other).removeprefix("/en/") in links
    assert here in {"/en", "/en/light"}
    assert ("n-1.html" if spec.name == "full" else "1.html") in links


def test_light_fetches_nothing() -> None:
    page = make_page(
        body_html='<p>One<img src="https://x.example/a.png" alt="a > b">two</p><figure><img src="b"></figure>'
    )

    html = LIGHT.render(page)

    tags = Tags(html)
    assert not tags.named("script", "iframe", "object", "embed", "video", "audio", "img", "form")
    assert [found["href"] for found in tags.named("link")] == ["data:,"]
    assert "@import" not in html
    assert "@font-face" not in html
    assert "url(" not in html
    assert "<p>Onetwo</p>" in html


def test_captions_in_the_text_outlive_their_pictures() -> None:
    kept = without_media("<figure><img src='a'><figcaption>The old bridge</figcaption></figure>")

    assert kept == "<figure><figcaption>The old bridge</figcaption></figure>"


def test_full_has_nothing_that_blocks_and_small_inlined_parts() -> None:
    inset = Image(media="1" * 64, role=ImageRole.INLINE)
    tags = Tags(full.FULL.render(make_page(images=(Image(media="0" * 64), inset))))

    assert not [found for found in tags.named("script") if "src" in found]
    assert not [found for found in tags.named("link") if found.get("rel") == "stylesheet"]
    # A lazy lead would be late, and no part of the loading that the offer of light watches.
    loading = [(found["src"], found.get("loading")) for found in tags.named("img")]
    assert loading == [(f"../media/c{640:0>63}", None), (f"../media/c{640:0>63}", "lazy")]
    assert all(found["width"] and found["height"] for found in tags.named("img"))
    assert len(full.SCRIPT.encode()) < 1_024
    assert len(full.STYLE.encode()) <= 4_096


def test_the_photo_that_is_shown_is_the_one_whose_caption_stands_under_it() -> None:
    inset = Image(media="1" * 64, role=ImageRole.INLINE, caption="A map")
    lead = Image(media="2" * 64, caption="A river")
    page = make_page(images=(inset, lead))

    assert page.lead == lead


def test_an_address_keeps_letters_of_any_script_and_never_a_path_of_its_own() -> None:
    assert place_of("a", "fa-AF", "آب‌و هوا").startswith("fa/آب-و-هوا-")
    assert re.fullmatch(r"en/etc-passwd-[0-9a-f]{10}", place_of("a", "en", "../../etc/passwd"))
    assert place_of("a", "en", "same") != place_of("b", "en", "same")
