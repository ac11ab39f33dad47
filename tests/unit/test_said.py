"""Everything a story says is looked at, and what an ordinary story says keeps none back."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from services.enrichment.draft import House
from services.enrichment.enrich import enrich
from services.ingest.sanitise import clean_article
from services.moderation.causes import causes
from services.moderation.said import ADDRESSES, NOT_LOOKED_AT, NUMBERS_OF_NOBODY
from shared.articles import Article, Change, Enrichment, Status
from shared.events import ArticleEnriched, ArticleSubmitted
from tests.contract.test_examples import articles
from tests.unit.moderation_room import RULES

NAME = "Reza Farhadi"


def parts(annotation: Any) -> Iterator[type]:
    """The classes an annotation is made of."""
    if isinstance(annotation, type):
        yield annotation
    for argument in get_args(annotation):
        yield from parts(argument)


def speaking(annotation: Any) -> type | None:
    """The class in it that says something: a string, or a model; words of a closed list say nothing."""
    return next(
        (one for one in parts(annotation) if issubclass(one, str | BaseModel) and not issubclass(one, Enum)), None
    )


def leaves(kind: type[BaseModel], at: str = "") -> Iterator[str]:
    """Every field in which a string may stand, without positions."""
    for name, field in kind.model_fields.items():
        said = speaking(field.annotation)
        if said and issubclass(said, BaseModel):
            yield from leaves(said, f"{at}{name}.")
        elif said:
            yield f"{at}{name}"


def filled(kind: type[BaseModel]) -> Any:
    """With the name in every string, whatever a field may hold."""
    values: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        said = speaking(field.annotation)
        if said:
            value = filled(said) if issubclass(said, BaseModel) else NAME
            values[name] = (
                (value,) if tuple in [getattr(one, "__origin__", one) for one in nested(field.annotation)] else value
            )
        else:
            values[name] = None
    return kind.model_construct(**values)


def nested(annotation: Any) -> Iterator[Any]:
    """The annotation and all within it."""
    yield annotation
    for argument in get_args(annotation):
        yield from nested(argument)


KNOWN = {*leaves(Article), *(f"enrichment.{path}" for path in leaves(Enrichment))}


def test_every_field_is_looked_at_that_is_not_listed_as_closed() -> None:
    fact = ArticleEnriched.model_construct(
        article_id="a", revision=1, change=Change.CREATED, article=filled(Article), enrichment=filled(Enrichment)
    )

    found = {re.sub(r"\[\d+\]", "", cause.field) for cause in causes(fact, RULES).causes}

    assert found == (KNOWN - NOT_LOOKED_AT) | {"body_html"}


def test_no_field_is_listed_that_is_not_there() -> None:
    assert NOT_LOOKED_AT | NUMBERS_OF_NOBODY | ADDRESSES <= KNOWN


USABLE = [one for one in articles() if one.status is Status.USABLE]


@pytest.mark.parametrize("told", USABLE, ids=lambda one: f"{one.id}-{one.revision}")
def test_an_ordinary_story_passes(told: ArticleSubmitted) -> None:
    clean = clean_article(told)
    terms = (*clean.protected_terms, NAME, "رضا فرهادی", "Zarqa", "Marta", "Daniel Kim", "علیا")
    article = clean.model_copy(update={"protected_terms": terms})
    fact = ArticleEnriched(
        article_id=article.id, revision=1, change=Change.CREATED, article=article, enrichment=enrich(article, House())
    )

    assert causes(fact, RULES).causes == ()
