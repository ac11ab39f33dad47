"""A final rule settles the matter: nothing else is looked for, except whose data a comment gives away."""

from typing import Any

import pytest

from services.moderation.checks import CHECKS
from services.moderation.conditions import ANSWERED_BY, When
from services.moderation.moderate import moderate
from services.moderation.policy import Rulebook, rulebook
from services.moderation.subject import Check, Subject
from shared.comments import Author, Comment, CommentFacts, Decision, Evidence, Span, Verdict
from shared.events import CommentEnriched
from tests.builders import NOW

HEAD = 'version = "1"\non_unknown = "hold"\nwordlists = ["w.toml"]\n'
LISTS = b'[[list]]\nid = "rude"\nlanguages = ["en"]\nterms = ["rude"]\n'
INSULT = {"id": "insult", "when": '{ words = ["rude"] }', "do": "reject"}
CLOSED = {"id": "closed", "when": "{ links_over = 0 }", "do": "hold", "final": "true"}
PERSONAL = {"id": "personal", "when": '{ personal = ["email"] }', "do": "hold"}


def rules(*told: dict[str, str]) -> Rulebook:
    written = "".join(
        f'[[rule]]\nid = "{one["id"]}"\nreason = "r"\nwhen = {one["when"]}\ndo = "{one["do"]}"\n'
        f'final = {one.get("final", "false")}\nmode = "{one.get("mode", "live")}"\n'
        for one in told
    )  # fmt: skip
    return rulebook((HEAD + written).encode(), {"w.toml": LISTS})


def decided(policy: Rulebook, body: str, asked: list[str] | None = None, *, link: bool = True,
            broken: str = "", **facts: Any) -> Decision:  # fmt: skip
    """``asked``: where the names of the checks that run are written down; ``broken``: one that fails."""

    def noting(name: str, check: Check) -> Check:
        def noted(subject: Subject) -> tuple[Evidence, ...]:
            if asked is not None and subject.of is None:
                asked.append(name)
            if name == broken:
                raise RuntimeError
            return check(subject)

        return noted

    comment = Comment(id="c", article_id="a", revision=1, author=Author(id="u", name="A"), body=body, created_at=NOW)
    links = (Span(start=0, end=1),) if link else ()
    known = CommentFacts(**{"language": "en", "links": links, **facts})
    event = CommentEnriched(comment_id="c", article_id="a", revision=1, comment=comment, facts=known)
    return moderate(event, policy, NOW, [(name, noting(name, check)) for name, check in CHECKS])


def test_where_a_final_rule_hits_others_have_no_say_and_their_checks_do_not_run() -> None:
    asked: list[str] = []

    decision = decided(rules(INSULT, CLOSED), "A rude word.", asked)

    assert (decision.verdict, decision.rule, [hit.rule for hit in decision.hits]) == (
        Verdict.HOLD, "closed", ["closed"],
    )  # fmt: skip
    assert asked == ["protected", "links"]


def test_where_it_does_not_hit_all_rules_count_and_no_check_runs_twice() -> None:
    asked: list[str] = []

    decision = decided(rules(INSULT, CLOSED), "A rude word.", asked, link=False)

    assert (decision.verdict, decision.rule) == (Verdict.REJECT, "insult")
    assert sorted(asked) == sorted(name for name, _ in CHECKS)


def test_personal_data_is_always_looked_for() -> None:
    mild = {**CLOSED, "do": "flag"}

    decision = decided(rules(INSULT, mild, PERSONAL), "A rude word: me@mail.example")

    assert (decision.verdict, decision.rule) == (Verdict.HOLD, "personal")
    assert [hit.rule for hit in decision.hits] == ["closed", "personal"]


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_final_rules_the_most_severe_is_taken(order: int) -> None:
    severe = {"id": "banned", "when": "{ longer_than = 1 }", "do": "reject", "final": "true"}

    decision = decided(rules(*[CLOSED, severe][::order]), "A word.")

    assert (decision.verdict, decision.rule) == (Verdict.REJECT, "banned")
    assert len(decision.hits) == 2


def test_a_final_rule_on_trial_cuts_nothing_short() -> None:
    decision = decided(rules(INSULT, {**CLOSED, "mode": "shadow"}), "A rude word.")

    assert decision.rule == "insult"
    assert [hit.rule for hit in decision.shadow] == ["closed"]


def test_what_is_not_looked_for_is_not_missing() -> None:
    """Of a language nobody listed words for, a closed thread is closed all the same."""
    assert decided(rules(INSULT, CLOSED), "Ein Wort.", language="de").unknown == ()
    assert decided(rules(INSULT, CLOSED), "Ein Wort.", language="de", link=False).unknown == ("words",)


@pytest.mark.parametrize("broken", ["links", "personal"])
def test_a_check_that_fails_on_the_way_holds_the_comment(broken: str) -> None:
    mild = {**CLOSED, "do": "flag"}

    decision = decided(rules(mild, PERSONAL), "A word.", broken=broken)

    assert (decision.verdict, decision.reason) == (Verdict.HOLD, f"unchecked:{broken}")


def test_every_condition_names_the_check_that_answers_it() -> None:
    assert set(ANSWERED_BY) == set(When.model_fields)
    # No rule asks for protected terms, because every policy does.
    assert {*ANSWERED_BY.values(), "protected"} == {name for name, _ in CHECKS} | {"language"}
