"""A refusal tells a person what to change and gives nothing away."""

import logging

import pytest
import structlog
from pydantic import ValidationError
from redis.exceptions import ResponseError

from shared.errors import Conflict, Exhausted, Rejected, Undecodable, explain, what
from shared.events import ArticleSubmitted
from shared.logs import configure
from shared.model import Model

SECRET = "the name of a source"


def problem(document: str) -> ValidationError:
    with pytest.raises(ValidationError) as found:
        ArticleSubmitted.model_validate_json(document)
    return found.value


def test_an_error_names_the_field_and_never_quotes_the_value() -> None:
    error = problem(
        f'{{"id":"a-1","revision":"{SECRET}","status":"{SECRET}","published_at":"{SECRET}","byline":[{{"name":7}}]}}'
    )

    told = explain(error)

    assert "/revision: " in told
    assert "/status: " in told
    assert "/byline/0/name: " in told
    assert SECRET not in told


@pytest.mark.parametrize(
    "field", ["headline", "language", "slug", "images", "accountability", "supersedes", "correction"]
)
def test_no_field_of_a_story_is_quoted(field: str) -> None:
    text = f"{SECRET} " * 1_000
    error = problem(f'{{"id":"a-1","revision":1,"status":"withheld","{field}":"{text}"}}')

    assert f"/{field}" in explain(error)
    assert SECRET not in explain(error)


def test_words_that_are_allowed_are_listed() -> None:
    error = problem('{"id":"a-1","revision":1,"status":"spiked"}')

    assert explain(error) == "/status: Input should be 'usable', 'withheld' or 'canceled'"


def test_a_long_list_of_mistakes_is_cut_and_counted() -> None:
    error = problem('{"byline":[{},{},{},{},{}]}')

    told = explain(error, limit=2)

    assert told.count("is missing: add it") == 2
    assert told.endswith(f"; and {error.error_count() - 2} more")


def test_a_slash_in_the_name_of_a_field_is_escaped_as_json_pointer_says() -> None:
    class Named(Model):
        words: dict[str, int]

    with pytest.raises(ValidationError) as found:
        Named.model_validate_json('{"words":{"a/b~c":"x"}}')

    assert explain(found.value).startswith("/words/a~1b~0c: ")


def test_every_reason_of_a_dead_letter_has_its_own_error() -> None:
    reasons = {kind.reason for kind in (Rejected, Undecodable, Conflict, Exhausted)}

    assert reasons == {"undecodable", "rejected", "conflict", "attempts_exhausted"}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Rejected("/data/body is empty: fill it in"), "Rejected: /data/body is empty: fill it in (nowhere)"),
        (ResponseError("WRONGTYPE of key"), "ResponseError: WRONGTYPE of key (nowhere)"),
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device (nowhere)"),
        (ValueError(SECRET), "ValueError (nowhere)"),
        (KeyError(SECRET), "KeyError (nowhere)"),
        (problem(f'{{"id":"a","revision":"{SECRET}","status":"usable"}}'), "ValidationError: /revision: "),
    ],
)
def test_a_failure_is_told_without_what_was_being_worked_on(error: Exception, told: str) -> None:
    assert what(error).startswith(told)
    assert SECRET not in what(error)


def test_a_traceback_in_a_log_has_places_and_no_message(capsys: pytest.CaptureFixture[str]) -> None:
    configure("test", "debug")
    try:
        int(SECRET)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    finally:
        logging.basicConfig(force=True)
        structlog.reset_defaults()

    told = capsys.readouterr().out
    assert "test_errors.py" in told
    assert told.rstrip().endswith("ValueError")
    assert SECRET not in told
