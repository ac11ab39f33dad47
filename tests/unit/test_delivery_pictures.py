"""A picture in several widths and formats is offered as such; one in a single form as before."""

from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser

from services.delivery.renditions.full import FULL
from services.delivery.renditions.json import JSON
from services.delivery.renditions.light import LIGHT
from services.site.bodies import lead_in, pictures_in
from shared.articles import Image, ImageRole
from shared.document import StoryDocument
from tests.budget import brotlied
from tests.contract.rendition_pages import make_page, pictured
from tests.stories import stories


@pytest.mark.parametrize("role", ImageRole)
def test_formats_are_offered_smallest_first_each_in_rising_widths(role: ImageRole) -> None:
    html = FULL.render(make_page(images=(pictured(role),)))

    (picture,) = LexborHTMLParser(html).css("picture")
    sources = [dict(one.attributes) for one in picture.css("source")]
    assert [one["type"] for one in sources] == ["image/avif", "image/webp", "image/jpeg"]
    assert [part.split()[1] for part in str(sources[0]["srcset"]).split(", ")] == ["320w", "640w", "1280w"]
    assert all(one["sizes"] for one in sources)


def test_who_knows_no_formats_gets_the_picture_itself_with_room_left_for_it() -> None:
    html = FULL.render(replace(make_page(images=(pictured(),)), photo_size=None))

    (image,) = LexborHTMLParser(html).css("picture > img")
    assert image.attributes["src"] == f"../media/{'d' * 64}"
    assert (image.attributes["width"], image.attributes["height"]) == ("1280", "853")
    assert image.attributes["alt"] == "A bridge"


def test_a_picture_in_one_form_stands_alone() -> None:
    html = FULL.render(make_page(images=(Image(media="e" * 64),)))

    assert "<picture" not in html
    assert lead_in(html.encode()) == "e" * 64


def test_a_site_lists_the_picture_every_browser_shows_and_serves_them_all() -> None:
    body = FULL.render(make_page(images=(pictured(),))).encode()

    assert lead_in(body) == "d" * 64
    assert len(pictures_in(body)) == 10


def test_apps_are_told_of_every_form_and_light_asks_for_none() -> None:
    page = make_page(images=(pictured(),))

    (picture,) = StoryDocument.model_validate_json(JSON.render(page)).images

    assert {(one.media_type, one.width) for one in picture.sources} == {
        (kind, width) for kind in ("image/avif", "image/webp", "image/jpeg") for width in (320, 640, 1280)
    }
    assert all(one.path == f"/media/{one.sha256}" for one in picture.sources)
    assert "<picture" not in LIGHT.render(page)
    assert "/media/" not in LIGHT.render(page)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_nine_forms_of_a_picture_fit_the_budget_of_the_full_page(language: str) -> None:
    for page in stories(language, 10):
        article = page.article.model_copy(update={"images": (pictured(),)})

        assert brotlied(FULL.render(replace(page, article=article))) <= 9_000
