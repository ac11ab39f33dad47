"""Every word of every page is there in every language."""

import dataclasses
import re
from importlib.resources import files
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from services.delivery.words import WORDS as ON_PAGES
from services.delivery.words import words_for
from services.moderation.desk.words import WORDS as AT_DESK
from services.site.words import WORDS as ON_SITE
from shared.catalogues import Plural, complete

PACKAGES = ("services.delivery", "services.site", "services.moderation.desk")
LANGUAGES = {"en", "fa", "ar"}
HOLDERS = re.compile(r"\{\w+\}")


def catalogue(package: str, name: str) -> Catalog:
    """Raises ``PoFileError`` for a file with a fault, of which a service would talk on its console at each start."""
    return read_po(BytesIO(files(package).joinpath("locale", name).read_bytes()), abort_invalid=True)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_catalogue_has_a_fault(package: str) -> None:
    names = {file.name for file in files(package).joinpath("locale").iterdir()}

    assert names == {"messages.pot", "fa.po", "ar.po"}
    for name in names:
        assert len(catalogue(package, name)) > 20


def texts(message_id: object) -> tuple[str, ...]:
    return (message_id,) if isinstance(message_id, str) else tuple(message_id)  # type: ignore[arg-type]


@pytest.mark.parametrize("words", [ON_PAGES, ON_SITE, AT_DESK], ids=PACKAGES)
def test_english_persian_and_arabic_have_every_word(words: dict[str, object]) -> None:
    assert words.keys() >= LANGUAGES
    for one in words.values():
        for field in dataclasses.fields(one):  # type: ignore[arg-type]
            value = getattr(one, field.name)
            assert value.of(3) if isinstance(value, Plural) else value


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("language", sorted(LANGUAGES - {"en"}))
def test_a_translation_keeps_the_numbers_and_names_of_its_message(package: str, language: str) -> None:
    for message in catalogue(package, f"{language}.po"):
        if not message.id:
            continue
        wanted = set(HOLDERS.findall(texts(message.id)[-1]))
        for form in texts(message.string):
            held = set(HOLDERS.findall(form))

            # "One comment" needs no digit; a name is never left out, and nothing is invented.
            assert held <= wanted
            assert wanted - held <= ({"{n}"} if message.pluralizable else set()), (message.context, form)
        assert wanted <= set(HOLDERS.findall(texts(message.string)[-1]))


@pytest.mark.parametrize(("package", "words"), list(zip(PACKAGES, (ON_PAGES, ON_SITE, AT_DESK), strict=True)))
def test_every_message_is_said_somewhere(package: str, words: dict[str, object]) -> None:
    said = " ".join(
        file.read_text("utf-8")
        for folder in (files(package), files(package).joinpath("templates"), files(package).joinpath("renditions"))
        if folder.is_dir()
        for file in folder.iterdir()
        if file.name.endswith((".py", ".html")) and file.name != "words.py"
    )

    silent = [field.name for field in dataclasses.fields(words["en"]) if f".{field.name}" not in said]  # type: ignore[arg-type]
    assert set(silent) <= {"language", "direction", "own_name", "original"}
    asked = {field.name for field in dataclasses.fields(words["en"])}  # type: ignore[arg-type]
    assert {message.context for message in catalogue(package, "messages.pot") if message.id} <= asked


def test_arabic_counts_in_its_six_forms() -> None:
    comments = ON_SITE["ar"].comments

    assert [comments.of(n) for n in (1, 2, 3, 11, 100)] == [
        "تعليق واحد", "تعليقان", "{n} تعليقات", "{n} تعليقًا", "{n} تعليق",
    ]  # fmt: skip
    assert words_for("ar").minutes.of(2) == "قراءة دقيقتين"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda po: po.replace("نسخهٔ سبک", ""), "'light' is not translated"),
        (lambda po: po.replace('msgctxt "light"', '#, fuzzy\nmsgctxt "light"'), "'light' is not translated"),
        (lambda po: po.replace('msgid "Light version"', 'msgid "Lite version"'), "'light' is missing"),
        (lambda po: po.replace('msgctxt "light"', 'msgctxt "lite"'), "is missing"),
    ],
    ids=["empty", "fuzzy", "old English", "unknown"],
)
def test_a_catalogue_with_a_hole_is_refused(spoil: object, told: str) -> None:
    text = files("services.site").joinpath("locale", "fa.po").read_text("utf-8")
    holed = read_po(BytesIO(spoil(text).encode()))  # type: ignore[operator]

    with pytest.raises(LookupError, match=told):
        complete(catalogue("services.site", "messages.pot"), holed, "fa.po")
