"""Older events are lifted to the version we read."""

import pytest

from shared.events import every_type
from shared.upverts import UPVERTS, article_enriched_v1, leads, upvert

V1, V2 = "lightwire.article.enriched.v1", "lightwire.article.enriched.v2"


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("fa", "rtl"), ("FA", "rtl"), ("fa-AF", "rtl"), ("ps", "rtl"), ("ckb", "rtl"), ("ku-Arab", "rtl"),
        ("ku", "ltr"), ("en", "ltr"), ("fr-CA", "ltr"), ("und", "ltr"),
    ],
)  # fmt: skip
def test_the_direction_of_a_first_version_is_that_of_its_language(language: str, direction: str) -> None:
    lifted = article_enriched_v1({"enrichment": {"language": language}})

    assert lifted["enrichment"] == {"language": language, "direction": direction}


@pytest.mark.parametrize("data", [{}, {"enrichment": None}, {"enrichment": ["wrong"]}])
def test_what_has_no_enrichment_is_left_as_it_is(data: dict[str, object]) -> None:
    assert article_enriched_v1(data) == data


def test_lifting_leaves_the_original_untouched() -> None:
    data = {"revision": 3, "enrichment": {"language": "fa"}}

    lifted = upvert(V1, data, V2)

    assert lifted["revision"] == 3
    assert data == {"revision": 3, "enrichment": {"language": "fa"}}


def test_the_version_we_read_is_not_changed() -> None:
    data = {"revision": 3}

    assert upvert(V2, data, V2) is data


def test_upverts_are_chained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPVERTS, V2, ("v3", lambda data: {**data, "lifted": "twice"}))

    assert leads(V1, "v3")
    assert upvert(V1, {"enrichment": {"language": "en"}}, "v3")["lifted"] == "twice"


@pytest.mark.parametrize(("old", "wanted"), [(V2, V1), ("lightwire.article.due.v1", V2), ("", V2)])
def test_no_chain_leads_back_or_to_another_fact(old: str, wanted: str) -> None:
    assert not leads(old, wanted)


def test_every_upvert_ends_in_a_type_that_is_read_today() -> None:
    today = {kind.type for kind in every_type()}

    assert all(any(leads(old, wanted) for wanted in today) for old in UPVERTS)
    assert not today & set(UPVERTS)
