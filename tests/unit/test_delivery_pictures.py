"""Pages show pictures as the darkroom made them, in every width and format, and nothing of what was sent."""

from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser

from services.delivery.house import House
from services.delivery.renditions import RENDITIONS
from services.delivery.renditions.full import FULL
from services.delivery.renditions.json import JSON
from services.delivery.renditions.light import LIGHT
from services.delivery.renditions.spec import Spec
from services.site.bodies import lead_in, pictures_in
from services.site.policy import page_policy
from shared.articles import Image, ImageRole
from shared.document import StoryDocument
from tests.budget import brotlied
from tests.contract.rendition_pages import make_page, pictured
from tests.pictures import developed, shown
from tests.stories import stories

PLAIN = f"c{640:0>63}"
"""The JPEG of 640 pixels."""
every_rendition = pytest.mark.parametrize("spec", RENDITIONS, ids=lambda spec: spec.name)


@pytest.mark.parametrize("role", ImageRole)
def test_formats_are_offered_smallest_first_each_in_rising_widths(role: ImageRole) -> None:
    html = FULL.render(make_page(images=(pictured(role),)))

    (picture,) = LexborHTMLParser(html).css("picture")
    sources = [dict(one.attributes) for one in picture.css("source")]
    assert [one["type"] for one in sources] == ["image/avif", "image/webp", "image/jpeg"]
    assert [part.split()[1] for part in str(sources[0]["srcset"]).split(", ")] == ["320w", "640w", "1280w"]
    assert all(one["sizes"] for one in sources)


def test_who_knows_no_formats_gets_a_jpeg_with_room_left_for_it() -> None:
    html = FULL.render(make_page(images=(pictured(),)))

    (image,) = LexborHTMLParser(html).css("picture > img")
    assert image.attributes["src"] == f"../media/{PLAIN}"
    assert (image.attributes["width"], image.attributes["height"]) == ("1280", "853")
    assert image.attributes["alt"] == "A bridge"


def test_until_the_photo_comes_its_colour_and_a_blur_of_it_stand_there() -> None:
    html = FULL.render(make_page(images=(pictured(),)))

    (style,) = (one.text() for one in LexborHTMLParser(html).css("style"))
    assert f"{developed().colour} url(data:image/webp;base64,{developed().placeholder})" in style
    assert page_policy(html.encode()).startswith("default-src 'none'; img-src 'self' data:; style-src 'sha256-")


@every_rendition
def test_a_picture_that_is_not_developed_yet_shows_its_words_and_nothing_of_itself(spec: Spec) -> None:
    images = (pictured(), Image(href="https://desk.example/map.png", role=ImageRole.INLINE, alt="A map"))
    page = replace(make_page(images=images), pictures={}, house=House(base_url="https://news.example"))

    body = spec.render(page)

    assert not [gone for gone in ("/media/", "d" * 64, "desk.example/map.png", "data:image") if gone in body]
    if spec in (FULL, LIGHT):
        assert "The bridge" in body


@every_rendition
def test_neither_the_original_nor_a_newsrooms_own_address_is_ever_named(spec: Spec) -> None:
    images = (pictured(), Image(href="https://desk.example/map.png", role=ImageRole.INLINE, alt="A map"))
    page = replace(make_page(images=images), house=House(base_url="https://news.example"))

    body = spec.render(page)

    assert "d" * 64 not in body
    assert "desk.example/map.png" not in body


def test_a_site_lists_the_picture_every_browser_shows_and_serves_them_all() -> None:
    body = FULL.render(make_page(images=(pictured(),))).encode()

    assert lead_in(body) == PLAIN
    assert len(pictures_in(body)) == 9


def test_apps_are_told_of_every_form_and_light_asks_for_none() -> None:
    page = make_page(images=(pictured(),))

    (picture,) = StoryDocument.model_validate_json(JSON.render(page)).images

    assert {(one.media_type, one.width) for one in picture.sources} == {
        (kind, width) for kind in ("image/avif", "image/webp", "image/jpeg") for width in (320, 640, 1280)
    }
    assert all(one.path == f"/media/{one.sha256}" for one in picture.sources)
    assert (picture.path, picture.width, picture.height) == (f"/media/{PLAIN}", 640, 426)
    assert picture.colour == developed().colour
    assert "<picture" not in LIGHT.render(page)
    assert "/media/" not in LIGHT.render(page)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_nine_forms_of_a_picture_fit_the_budget_of_the_full_page(language: str) -> None:
    for page in stories(language, 10):
        article = page.article.model_copy(update={"images": (pictured(),)})

        assert brotlied(FULL.render(replace(page, article=article, pictures=shown(article.images)))) <= 9_000
