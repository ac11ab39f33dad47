"""A policy is tried on what was decided before; nothing changes by it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.moderation.moderate import moderate
from services.moderation.policy_files import DEFAULT, load
from services.moderation.trial.replay import replay
from shared.comments import Actor, Author, Comment, CommentFacts, Verdict
from shared.events import CommentEnriched, CommentModerated
from tests.pipeline.cli_case import Case, case
from tests.server import Server

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RULES = load()
STRICTER = """
version = "stricter"
on_unknown = "hold"
wordlists = ["w.toml"]
[[rule]]
id = "council"
when = { words = ["council"] }
do = "hold"
reason = "council"
[[rule]]
id = "try-capitals"
mode = "shadow"
when = { upper_over = 0.5 }
do = "reject"
reason = "shouting"
"""
WORDS = '[[list]]\nid = "council"\nlanguages = ["en", "fa"]\nterms = ["council"]\n'


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    (tmp_path / "w.toml").write_text(WORDS)
    (tmp_path / "policy.toml").write_text(STRICTER)
    return tmp_path / "policy.toml"


def decided(id_: str, body: str, language: str = "en", upper: float = 0.0) -> CommentModerated:
    comment = Comment(id=id_, article_id="a", revision=1, author=Author(id="u", name="A"), body=body, created_at=NOW)
    facts = CommentFacts(language=language, words=len(body.split()), upper=upper)
    fact = CommentEnriched(comment_id=id_, article_id="a", revision=1, comment=comment, facts=facts)
    return CommentModerated(
        comment_id=id_, article_id="a", revision=1, comment=comment, facts=facts, decision=moderate(fact, RULES, NOW)
    )  # fmt: skip


def by_person(one: CommentModerated, verdict: Verdict) -> CommentModerated:
    decision = one.decision.model_copy(
        update={"actor": Actor(kind="human", id="parisa"), "verdict": verdict, "seq": 1}
    )  # fmt: skip
    return one.model_copy(update={"decision": decision})


PAST = [
    decided("fine", "I agree with you."), decided("named", "I agree with the council."), decided("bad", "You idiot"),
    decided("fa", "موافقم", "fa"), decided("loud", "WHY IS NOBODY LISTENING", upper=1.0),
]  # fmt: skip


def test_the_table_says_what_was_and_what_would_be(stricter: Path) -> None:
    trial = replay(PAST, load(stricter))

    assert (trial.decisions, trial.changed) == (5, 2)
    assert trial.changes["en", Verdict.PUBLISH, Verdict.HOLD] == 1
    assert trial.changes["en", Verdict.HOLD, Verdict.PUBLISH] == 1
    assert trial.changes["fa", Verdict.PUBLISH, Verdict.PUBLISH] == 1
    assert trial.rules == {("council", "live"): 1, ("try-capitals", "shadow"): 1}
    assert [(one.comment_id, one.rule) for one in trial.samples] == [("named", "council"), ("bad", None)]


def test_under_the_policy_that_decided_nothing_would_be_different() -> None:
    assert replay(PAST, RULES).changed == 0


def test_agreement_with_people_is_counted_then_and_now(stricter: Path) -> None:
    then = {1: Verdict.REJECT, 2: Verdict.PUBLISH, 0: Verdict.PUBLISH}
    people = [by_person(PAST[number], verdict) for number, verdict in then.items()]

    trial = replay([*PAST, *people], load(stricter))

    assert (trial.people, trial.agreed_then, trial.agreed_now) == (3, 1, 3)


def test_what_if_reads_the_stream_and_changes_nothing(redis_server: Server, stricter: Path) -> None:
    with case(redis_server.url, stricter.parent) as lightwire:
        for number, one in enumerate(PAST):
            lightwire.add(one, id=str(number))
        lightwire.redis.xadd("lightwire:comments.moderated", {"event": b"{}"})
        before = lightwire.redis.dbsize(), lightwire.redis.xlen("lightwire:comments.moderated")

        shown = lightwire.run("moderation", "what-if", str(stricter))
        told = lightwire.json("moderation", "what-if", str(stricter))

        assert shown.exit_code == 0
        assert "5 decisions, 2 would be others" in shown.stdout
        assert "named: publish → hold (council)" in shown.stdout
        assert told["changed"] == 2
        assert "agree" not in json.dumps(told["samples"])
        assert (lightwire.redis.dbsize(), lightwire.redis.xlen("lightwire:comments.moderated")) == before


def test_a_policy_is_checked_before_it_counts(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('version = "1"\non_unknown = "hold"\n[[rule]]\nid = "r"\n')
    nowhere = Case("redis://127.0.0.1:1/0", None, tmp_path)

    good, bad, none = (
        nowhere.run("moderation", "policy", "check", str(file))
        for file in (DEFAULT, tmp_path / "bad.toml", tmp_path / "none.toml")
    )

    assert (good.exit_code, bad.exit_code, none.exit_code) == (0, 1, 2)
    assert "personal-data" in good.stdout
    assert "rule" in bad.stderr
    assert nowhere.json("moderation", "policy", "check", str(DEFAULT))["usable"] is True


def test_without_redis_it_says_so(stricter: Path) -> None:
    nowhere = Case("redis://127.0.0.1:1/0", None, stricter.parent)

    assert nowhere.run("moderation", "what-if", str(stricter)).exit_code == 3
