"""The example newsroom keeps what the documentation promises about it."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PIL import Image

from shared.articles import Status
from shared.comments import CommentStatus
from shared.events import ArticleSubmitted, CommentSubmitted, Event

D = TypeVar("D", ArticleSubmitted, CommentSubmitted)

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SEED = ROOT.parent / "shared" / "seed-page.txt"
FILES = ("01-stories.ndjson", "02-comments.ndjson", "03-changes.ndjson")
PLACEHOLDER = re.compile(r"\+(\d+)s")
TIMES = {"embargoed_until", "published_at", "updated_at", "created_at", "time"}
MAX_PICTURE = 4_096
HOLD = re.compile(r"\b(idiot|moron|احمق)\b|https?://|www\.", re.IGNORECASE)
REJECT = re.compile(r"\b(vermin|حرام‌لقمه)\b", re.IGNORECASE)


def lines() -> list[dict[str, Any]]:
    """Every event as it is written, in the order it is published."""
    return [json.loads(line) for name in FILES for line in (EXAMPLES / name).read_text("utf-8").splitlines()]


def resolved(value: Any, name: str = "") -> Any:
    """The same with ``+<seconds>s`` replaced by a time and ``media/…`` by a digest, as publishing does."""
    if isinstance(value, list):
        return [resolved(item) for item in value]
    if isinstance(value, dict):
        picture = value.get("href", "").startswith("media/")
        kept = {key: resolved(item, key) for key, item in value.items() if not (picture and key == "href")}
        return kept | ({"media": "0" * 64} if picture else {})
    if name in TIMES and isinstance(value, str) and (after := PLACEHOLDER.fullmatch(value)):
        return (datetime.now(UTC) + timedelta(seconds=int(after[1]))).isoformat()
    return value


def articles() -> list[ArticleSubmitted]:
    """What the newsroom says, in order."""
    return list(_data(ArticleSubmitted))


def comments() -> list[CommentSubmitted]:
    """What the readers say, in order."""
    return list(_data(CommentSubmitted))


def _data(kind: type[D]) -> Iterator[D]:
    for line in lines():
        if line["type"] == kind.type:
            event = Event[kind].model_validate_json(json.dumps(resolved(line)))  # type: ignore[valid-type]
            assert event.data is not None
            yield event.data


def language_of(text: str) -> str:
    return "fa" if re.search("[\u0600-\u06ff]", text) else "en"


@pytest.mark.parametrize("line", lines(), ids=lambda line: line["id"])
def test_every_line_is_an_event_of_the_contract(line: dict[str, Any]) -> None:
    kind = {c.type: c for c in (ArticleSubmitted, CommentSubmitted)}[line["type"]]

    event = Event[kind].model_validate_json(json.dumps(resolved(line)))  # type: ignore[valid-type]

    assert event.specversion == "1.0"
    assert event.datacontenttype == "application/json"
    assert event.time is not None
    assert event.subject == line["data"]["id"]
    assert set(line["data"]) <= set(kind.model_fields)


def test_no_event_is_told_twice() -> None:
    told = [(line["source"], line["id"]) for line in lines()]

    assert len(set(told)) == len(told)


def test_revisions_of_one_thing_grow_by_one_from_the_first() -> None:
    seen: dict[str, int] = {}
    things: list[ArticleSubmitted | CommentSubmitted] = [*articles(), *comments()]
    for thing in things:
        assert thing.revision == seen.get(thing.id, 0) + 1, thing.id

        seen[thing.id] = thing.revision


def test_stories_and_comments_are_as_many_as_promised_in_both_languages() -> None:
    stories = {story.id: story for story in articles() if story.status is Status.USABLE}
    said = {comment.id: comment for comment in comments() if comment.status is CommentStatus.USABLE}

    told = [language_of(story.headline or "") for story in stories.values()]
    heard = [language_of(comment.body or "") for comment in said.values()]

    assert len(told) >= 10
    assert told.count("en") >= 6
    assert told.count("fa") >= 4
    assert len(heard) >= 34
    assert heard.count("en") >= 10
    assert heard.count("fa") >= 10


def test_a_story_is_updated_corrected_held_withheld_reinstated_and_killed() -> None:
    told = articles()
    embargoed = [line for line in lines() if PLACEHOLDER.fullmatch(line["data"].get("embargoed_until", ""))]
    killed = [story for story in told if story.status is Status.CANCELED]
    withheld = [story for story in told if story.status is Status.WITHHELD]

    assert any(s.revision > 1 and s.status is Status.USABLE and s.correction is None for s in told)
    assert {language_of(s.correction.note) for s in told if s.correction} == {"en", "fa"}
    assert embargoed
    assert all(story.model_fields_set == {"id", "revision", "status"} for story in killed)
    assert all(any(s.id == k.id and s.revision < k.revision for s in told) for k in killed)
    assert killed
    assert any(s.id == w.id and s.revision > w.revision for w in withheld for s in told)


def test_a_thread_has_answers_to_answers_all_under_one_story() -> None:
    said = {comment.id: comment for comment in comments()}
    answers = [comment for comment in said.values() if comment.parent_id]

    assert any(said[answer.parent_id or ""].parent_id for answer in answers)
    assert all(said[answer.parent_id or ""].article_id == answer.article_id for answer in answers)


def test_every_comment_is_about_a_story_told_here() -> None:
    assert {comment.article_id for comment in comments()} <= {story.id for story in articles()}


def test_comments_are_published_held_rejected_edited_and_withdrawn() -> None:
    said = [comment for comment in comments() if comment.body]
    rejected = {comment.id for comment in said if REJECT.search(comment.body or "")}
    held = {comment.id for comment in said if HOLD.search(comment.body or "")} - rejected

    assert len(rejected) >= 2
    assert len(held) >= 4
    assert len(said) - len(rejected) - len(held) >= 25
    assert any(comment.revision > 1 for comment in said)
    assert any(comment.status is CommentStatus.CANCELED for comment in comments())


def test_some_stories_call_officials_to_account() -> None:
    calls = [call for story in articles() for call in story.accountability]

    assert len({call.official for call in calls}) >= 4
    assert all(".example.org/" in (call.contact_url or "") for call in calls)


def test_every_picture_is_small_described_and_says_nothing_of_where_it_was_made() -> None:
    used = {image.get("href") for line in lines() for image in line["data"].get("images", ())}
    drawn = {f"media/{path.name}" for path in (EXAMPLES / "media").glob("*.webp")}

    assert used == drawn
    for name in drawn:
        path = EXAMPLES / name
        with Image.open(path) as picture:
            assert picture.format == "WEBP"
            assert not {"exif", "xmp", "icc_profile"} & set(picture.info)
        assert path.stat().st_size <= MAX_PICTURE, name
    for image in (image for story in articles() for image in story.images):
        assert image.alt
        assert image.caption
        assert image.credit


def test_no_sentence_is_borrowed() -> None:
    if not SEED.exists():
        pytest.skip("the page to compare with is not beside this checkout")
    borrowed = {s.strip() for s in re.split(r"[.\n]", SEED.read_text("utf-8")) if len(s.split()) >= 4}

    text = json.dumps(lines(), ensure_ascii=False)

    assert not [sentence for sentence in borrowed if sentence in text]
