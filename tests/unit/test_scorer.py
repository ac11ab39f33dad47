"""What a scorer is told, what it may answer, and what a rule makes of it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from standardwebhooks import Webhook

from services.moderation.moderate import moderate
from services.moderation.policy import PolicyError, Rulebook, rulebook
from services.moderation.scorer_words import answered, question, signed
from services.moderation.settings import Settings
from services.moderation.trial.replay import replay
from shared.comments import Author, Comment, CommentFacts, Decision, Span, Verdict
from shared.events import CommentEnriched, CommentModerated
from tests.builders import NOW

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HEAD = 'version = "1"\non_unknown = "hold"\nwordlists = ["w.toml"]\n'
LISTS = b'[[list]]\nid = "none"\nlanguages = ["en", "fa"]\nterms = ["zzzzz"]\n'


def rules(*rules: str) -> Rulebook:
    told = "".join(f'[[rule]]\nid = "r{at}"\ndo = "hold"\nreason = "toxic"\n{rule}\n' for at, rule in enumerate(rules))
    return rulebook((HEAD + told).encode(), {"w.toml": LISTS})


def fact(body: str = "A word.", language: str = "en") -> CommentEnriched:
    author = Author(id="u-secret", name="Ada Secret")
    comment = Comment(id="c", article_id="a", revision=2, author=author, body=body, created_at=NOW)
    return CommentEnriched(
        comment_id="c", article_id="a", revision=2, comment=comment, facts=CommentFacts(language=language)
    )


def decided(policy: Rulebook, scores: dict[str, float] | None) -> Decision:
    return moderate(fact(), policy, NOW, scores=scores)


LIVE = "when = { scores_over = { toxicity = 0.8 } }"
ON_TRIAL = f'mode = "shadow"\n{LIVE}'


def test_a_score_over_the_limit_hits_with_the_score_as_evidence() -> None:
    (hit,) = decided(rules(LIVE), {"toxicity": 0.91, "spam": 0.99}).hits

    (evidence,) = hit.evidence
    assert (evidence.check, evidence.kind, evidence.score) == ("scorer", "toxicity", 0.91)
    assert evidence.span == Span(start=0, end=7)


@pytest.mark.parametrize(("scores", "hits"), [({"toxicity": 0.8}, False), ({"toxicity": 0.0}, False)])
def test_a_score_at_the_limit_or_below_does_not(scores: dict[str, float], *, hits: bool) -> None:
    assert bool(decided(rules(LIVE), scores).hits) is hits


def test_of_several_labels_one_is_enough() -> None:
    either = rules("when = { scores_over = { toxicity = 0.8, threat = 0.5 } }")

    assert decided(either, {"toxicity": 0.1, "threat": 0.6}).verdict is Verdict.HOLD
    assert decided(either, {"toxicity": 0.1, "threat": 0.4}).verdict is Verdict.PUBLISH


@pytest.mark.parametrize("scores", [None, {}, {"spam": 0.2}])
def test_no_score_where_a_rule_in_force_needs_one_holds_the_comment(scores: dict[str, float] | None) -> None:
    decision = decided(rules(LIVE), scores)

    assert (decision.verdict, decision.unknown, decision.reason) == (Verdict.HOLD, ("scorer",), "unchecked:scorer")


@pytest.mark.parametrize("scores", [None, {}, {"spam": 0.2}])
def test_no_score_for_a_rule_on_trial_holds_nothing(scores: dict[str, float] | None) -> None:
    decision = decided(rules(ON_TRIAL), scores)

    assert (decision.verdict, decision.unknown) == (Verdict.PUBLISH, ())


def test_a_rule_on_trial_is_recorded_with_its_score() -> None:
    assert [hit.evidence[0].score for hit in decided(rules(ON_TRIAL), {"toxicity": 0.9}).shadow] == [0.9]


def test_without_a_rule_on_scores_none_is_asked_for() -> None:
    policy = rules("when = { links_over = 0 }")

    assert (policy.scores_asked, policy.scores_needed) == (frozenset(), frozenset())
    assert (rules(ON_TRIAL).scores_asked, rules(ON_TRIAL).scores_needed) == (frozenset({"toxicity"}), frozenset())


@pytest.mark.parametrize("limits", ["{}", "{ Toxicity = 0.5 }", "{ toxicity = 1 }", "{ toxicity = -0.1 }", "0.8"])
def test_a_limit_that_makes_no_sense_stops_the_start(limits: str) -> None:
    with pytest.raises(PolicyError, match="scores_over"):
        rules(f"when = {{ scores_over = {limits} }}")


def test_what_if_goes_by_the_scores_that_are_on_record() -> None:
    def moderated(comment: str, scores: dict[str, float]) -> CommentModerated:
        told = fact()
        return CommentModerated(
            comment_id=comment, article_id="a", revision=2, comment=told.comment, facts=told.facts,
            decision=decided(rules(ON_TRIAL), scores),
        )  # fmt: skip

    trial = replay([moderated("c1", {"toxicity": 0.9}), moderated("c2", {"toxicity": 0.1})], rules(LIVE))

    assert trial.rules == {("r0", "live"): 1}
    assert trial.changed == 1


def test_a_scorer_learns_nothing_about_who_wrote_it() -> None:
    told = question(fact("Ça va ?"))

    assert json.loads(told) == {
        "comment_id": "c", "article_id": "a", "revision": 2, "language": "en", "body": "Ça va ?"
    }  # fmt: skip
    assert b"ecret" not in told


def test_questions_are_signed_as_standard_webhooks_has_it() -> None:
    """The vector of the specification's own test suite, and ours verified by its library."""
    at = datetime.fromtimestamp(1_614_265_330, UTC)
    vector = Webhook(SECRET).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}')
    now = datetime.now(UTC)
    body = question(fact("سلام"))
    headers = signed(fact("سلام"), body, SECRET, now)

    assert vector == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert Webhook(SECRET).verify(body, headers)["body"] == "سلام"
    assert signed(fact("سلام"), body, SECRET, now) == headers
    assert "." not in headers["webhook-id"]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{}", b"null", b"[]", b'"fine"', b'{"scores": null}', b'{"scores": []}', b'{"scores": {"t": "0.1"}}',
        b'{"scores": {"t": true}}', b'{"scores": {"t": null}}', b'{"scores": {"t": 1.1}}', b'{"scores": {"t": -0.1}}',
        b'{"scores": {"t": NaN}}', b'{"scores": {"t": Infinity}}', b'{"scores": {"t": 1e400}}', b'{"scores": {"T": 1}}',
        b'{"scores": {"": 1}}', b'{"scores": {"a b": 1}}', b'{"scores": {"t\\n": 1}}',
        b'{"scores": {"t": {"value": 1}}}',
        b'{"scores": {"t": 0.1}', b"\xff\xfe", b"<html>", b"[" * 5_000, b'{"scores": {"' + b"t" * 65 + b'": 1}}',
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_not_believed_and_not_quoted(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"^no JSON of the form"):
        answered(raw)


def test_an_answer_is_taken_with_whatever_else_it_says() -> None:
    assert answered(b'{"scores": {"toxicity": 0.91, "spam-2": 1}, "model": "m3"}') == {"toxicity": 0.91, "spam-2": 1.0}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"scorer_url": "ftp://a.example"}, "must be http"),
        ({"scorer_url": "scorer:8000"}, "must be http"),
        ({"scorer_url": "http://me:word@a.example", "scorer_secret": SECRET}, "no name or password"),
        ({"scorer_url": "http://a.example"}, "must be whsec_"),
        ({"scorer_url": "http://a.example", "scorer_secret": "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "must be whsec_"),
        ({"scorer_url": "http://a.example", "scorer_secret": "whsec_c2hvcnQ="}, "must be whsec_"),
        ({"scorer_url": "http://a.example", "scorer_secret": "whsec_*"}, "must be whsec_"),
    ],
)
def test_settings_that_cannot_work_are_refused_and_no_secret_is_told(told: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as refused:
        Settings(**told)

    assert "MfKQ9r8" not in "".join(problem["msg"] for problem in refused.value.errors())


def test_a_secret_is_not_shown_by_who_prints_the_settings() -> None:
    settings = Settings(scorer_url="https://a.example/score", scorer_secret=SECRET)

    assert "MfKQ9r8" not in f"{settings!r} {settings}"
