"""The words of pages, from gettext catalogues beside the service that says them.

``messages.pot`` holds the English, one message for every field of the service's ``Words``, named by its context; each
``<language>.po`` translates all of them. Any gettext tool edits them.
"""

import dataclasses
import gettext
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from typing import Any, ClassVar, Protocol, TypeVar

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


class Worded(Protocol):
    """A dataclass."""

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]


W = TypeVar("W", bound=Worded)

SOURCE = "en"
"""The language the catalogues translate from."""


class Plural:
    """A message about a number; ``{n}`` still stands in it, for the reader's own digits."""

    def __init__(self, translations: gettext.NullTranslations, context: str, one: str, many: str) -> None:
        self._translations, self._message = translations, (context, one, many)

    def of(self, n: int) -> str:
        """The form this language has for ``n``; Arabic has six."""
        context, one, many = self._message
        return self._translations.npgettext(context, one, many, n)


def catalogues(package: str, kind: type[W]) -> dict[str, W]:
    """Language → its words, English first. ``kind``: a dataclass whose fields are ``str`` or ``Plural``.

    ``language``, ``direction`` (``ltr`` or ``rtl``) and ``own_name`` are no messages but facts of the language. Raises
    ``LookupError`` for a word that has no message or no translation: a service does not start half translated.
    """
    folder = files(package).joinpath("locale")
    source = _read(folder.joinpath("messages.pot"))
    found = {SOURCE: _words(kind, SOURCE, source, gettext.NullTranslations())}
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".po"):
            language = file.name.removesuffix(".po")
            catalogue = _read(file)
            complete(source, catalogue, file.name)
            compiled = BytesIO()
            write_mo(compiled, catalogue)
            found[language] = _words(kind, language, source, gettext.GNUTranslations(BytesIO(compiled.getvalue())))
    return found


def complete(source: Catalog, translated: Catalog, name: str) -> None:
    """Raises ``LookupError`` naming the first message that is missing, empty, fuzzy, or asked for by nobody."""
    wanted = {(message.context, _forms(message.id)) for message in source if message.id}
    there = {(message.context, _forms(message.id)): message for message in translated if message.id}
    for context, _ in wanted ^ there.keys():
        raise LookupError(f"{name}: msgctxt {context!r} is missing, or its English is not that of messages.pot")
    for (context, _), message in there.items():
        forms = _forms(message.string)
        if message.fuzzy or not all(forms) or (message.pluralizable and len(forms) != translated.num_plurals):
            raise LookupError(f"{name}: msgctxt {context!r} is not translated")


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def _read(file: Traversable) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream, locale=None if file.name.endswith(".pot") else file.name.removesuffix(".po"))


def _words(kind: type[W], language: str, source: Catalog, translations: gettext.NullTranslations) -> W:
    messages: Mapping[str | None, Any] = {message.context: message.id for message in source if message.id}
    values: dict[str, object] = dict(_facts(language))
    for field in dataclasses.fields(kind):
        if field.name in values:
            continue
        message = messages.get(field.name)
        if message is None:
            raise LookupError(f"messages.pot: no message with msgctxt {field.name!r}")
        if isinstance(message, str):
            values[field.name] = translations.pgettext(field.name, message)
        else:
            values[field.name] = Plural(translations, field.name, *message)
    names = {field.name for field in dataclasses.fields(kind)}
    return kind(**{name: value for name, value in values.items() if name in names})


@lru_cache
def own_name(language: str) -> str:
    """What a language calls itself: ``فارسی`` for ``fa``; the code itself where Babel knows no name."""
    try:
        return Locale.parse(language, sep="-").get_display_name() or language
    except (UnknownLocaleError, ValueError):
        return language


@lru_cache
def _facts(language: str) -> Mapping[str, str]:
    locale = Locale.parse(language)
    direction = "rtl" if locale.character_order == "right-to-left" else "ltr"
    return {"language": language, "direction": direction, "own_name": own_name(language)}
