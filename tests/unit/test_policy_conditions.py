"""Conditions beside words and links: expressions, personal data, the way a comment is written, its language."""

import pytest

from services.moderation.moderate import moderate
from services.moderation.policy import PolicyError, Rulebook, rulebook
from shared.comments import Author, Comment, CommentFacts, Decision, Verdict
from shared.events import CommentEnriched
from tests.builders import NOW

HEAD = 'version = "1"\non_unknown = "hold"\nwordlists = ["w.toml"]\n'
LISTS = b'[[list]]\nid = "none"\nlanguages = ["en", "fa"]\nterms = ["zzzzz"]\n'
ALWAYS = '[[rule]]\nid = "r"\ndo = "hold"\nreason = "r"\n'


def policy(text: str) -> Rulebook:
    return rulebook((HEAD + text).encode(), {"w.toml": LISTS})


def decided(rules: Rulebook, body: str, language: str = "en", **facts: float) -> Decision:
    comment = Comment(id="c", article_id="a", revision=1, author=Author(id="u", name="Ada"), body=body, created_at=NOW)
    known = CommentFacts(language=language, words=len(body.split()), **facts)  # type: ignore[arg-type]
    return moderate(
        CommentEnriched(comment_id="c", article_id="a", revision=1, comment=comment, facts=known), rules, NOW
    )


@pytest.mark.parametrize(
    ("expression", "body", "hits"),
    [
        ("{b}cat{b}", "a cat sat", True), ("{b}cat{b}", "concatenate", False), ("{b}cat{b}", "Cat!", True),
        ("{b}گربه{b}", "یک گربه بود", True), ("{b}گربه{b}", "گربه‌ها", False), ("{b}گربه{b}", "«گربه»", True),
        ("ca[tn]", "CAN", True), ("(?:a+)+b", "a" * 4_000, False), ("{b}(t\\.me/\\w+)", "see t.me/abc", True),
    ],
)  # fmt: skip
def test_an_expression_is_found_in_any_script_and_in_time(expression: str, body: str, *, hits: bool) -> None:
    rules = policy(f"[[pattern]]\nid = 'p'\nexpression = '{expression}'\n{ALWAYS}when = {{ patterns = ['p'] }}\n")

    decision = decided(rules, body)

    assert (decision.verdict is Verdict.HOLD) is hits


def test_of_an_expression_with_a_group_the_group_is_marked() -> None:
    rules = policy(f"[[pattern]]\nid = 'p'\nexpression = '{{b}}(cat){{b}}'\n{ALWAYS}when = {{ patterns = ['p'] }}\n")

    (hit,) = decided(rules, "a cat sat").hits

    assert hit.evidence[0].span
    assert (hit.evidence[0].span.start, hit.evidence[0].span.end) == (2, 5)
    assert hit.evidence[0].list == "p"


@pytest.mark.parametrize(
    ("expression", "said"),
    [("(", "no expression of RE2"), ("(?<=a)b", "no expression of RE2"), ("a*", "finds nothing in everything"),
     ("(a{1000}){1000}", "no expression of RE2"), ("\\1", "no expression of RE2")],
)  # fmt: skip
def test_an_expression_that_cannot_be_used_stops_the_start_and_is_named(expression: str, said: str) -> None:
    with pytest.raises(PolicyError, match=f"pattern p.*{said}"):
        policy(f"[[pattern]]\nid = 'p'\nexpression = '{expression}'\n{ALWAYS}when = {{ patterns = ['p'] }}\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ALWAYS + "when = { patterns = ['q'] }\n", "uses the pattern q"),
        (ALWAYS + "when = { personal = ['shoe-size'] }\n", "email"),
        ("phone_regions = ['XX']\n" + ALWAYS + "when = { upper_over = 0.5 }\n", "phone_regions has XX"),
        (ALWAYS + "when = { upper_over = 7 }\n", "upper_over"),
        # A queue nobody lists is one nobody looks into.
        (ALWAYS + "queue = 'urgent'\nwhen = { upper_over = 0.5 }\n", "queue.*safety"),
        ("[[pattern]]\nid='p'\nexpression='a'\n[[pattern]]\nid='p'\nexpression='b'\n" + ALWAYS
         + "when = { patterns = ['p'] }\n", "pattern p is given twice"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_used_stops_the_start(text: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        policy(text)


@pytest.mark.parametrize(
    ("when", "body", "facts", "hits"),
    [
        ("upper_over = 0.7", "WHY IS NOBODY LISTENING", {"upper": 1.0}, True),
        ("upper_over = 0.7", "Why is nobody listening", {"upper": 0.05}, False),
        ("upper_over = 0.7", "NATO", {"upper": 1.0}, False),
        ("run_over = 5", "nooooooo", {"longest_run": 7}, True),
        ("run_over = 5", "no", {"longest_run": 1}, False),
        ("invisible_over = 2", "a b c", {"invisible": 3}, True),
        ("languages = ['fa']", "a b c", {}, False),
        ("upper_over = 0.7, longer_than = 100", "WHY IS NOBODY LISTENING", {"upper": 1.0}, False),
    ],
)
def test_how_it_is_written_counts(when: str, body: str, facts: dict[str, float], *, hits: bool) -> None:
    decision = decided(policy(ALWAYS + f"when = {{ {when} }}\n"), body, "en", **facts)

    assert (decision.verdict is Verdict.HOLD) is hits


@pytest.mark.parametrize(("language", "hits"), [("fa", True), ("fa-AF", True), ("prs", True), ("en", False)])
def test_a_rule_may_be_for_one_language(language: str, *, hits: bool) -> None:
    decision = decided(policy(ALWAYS + "when = { languages = ['fa'] }\n"), "a b c", language)

    assert (decision.verdict is Verdict.HOLD) is hits


def test_without_facts_a_rule_on_the_writing_holds_as_unchecked() -> None:
    comment = Comment(id="c", article_id="a", revision=1, author=Author(id="u", name="A"), body="Fine", created_at=NOW)
    enriched = CommentEnriched(comment_id="c", article_id="a", revision=1, comment=comment, facts=None)

    decision = moderate(enriched, policy(ALWAYS + "when = { upper_over = 0.9 }\n"), NOW)

    assert decision.verdict is Verdict.HOLD
    assert "wording" in decision.unknown
