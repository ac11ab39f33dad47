"""What is true of one moderation check is true of all: a new one is covered the moment it is listed."""

from pathlib import Path

import pytest

from services.moderation import checks
from services.moderation.checks import CHECKS
from services.moderation.moderate import moderate
from services.moderation.policy_files import load
from services.moderation.subject import Check, Subject, Unchecked
from shared.comments import Author, Comment, CommentFacts, Evidence, Span, Verdict
from shared.events import CommentEnriched
from tests.builders import NOW

RULES = load()
TEXTS = {
    "usual": "I agree with the council.",
    "insult": "You idiot, you moron!",
    "persian": "تو اح\u200cمقی، حـــرام\u200cلقمه",
    "one letter": "a",
    "nothing visible": "\u200c\u200b\u2063",
    "marks alone": "\u064b\u0301\u0670",
    "leading marks": "\u0301idiot",
    "ligature": "ﷺ ﷲ ﬁ ß İ",
    "longest": "idiot " * 833,
    "endless word": "a" * 5_000,
    "endless number": "1" * 5_000,
    "numbers without end": "+93 70 123 4567 " * 312,
    "signs without end": "0a" * 2_500,
    "letters apart": "a b " * 1_250,
    "marks without end": "a" + "\u0301" * 4_999,
    "punctuation": "!?؟" * 1_000,
    "emoji": "👩\u200d👩\u200d👧 🇦🇫 👍🏽",
    "lines": "one\n\ntwo\tthree\r\nfour",
}
FACTS = {
    "english": CommentFacts(language="en", links=(Span(start=0, end=1),)),
    "persian": CommentFacts(language="fa-IR"),
    "undetermined": CommentFacts(language="und"),
    "none": None,
}


def failing(_: Subject) -> tuple[Evidence, ...]:
    """A check in trouble."""
    raise RuntimeError


def enriched(text: str, facts: CommentFacts | None) -> CommentEnriched:
    author = Author(id="u", name="Ada")
    comment = Comment(id="c", article_id="a", revision=1, author=author, body=text, created_at=NOW)
    return CommentEnriched(comment_id="c", article_id="a", revision=1, comment=comment, facts=facts)


def looked(check: Check, subject: Subject) -> tuple[Evidence, ...] | None:
    """The findings, or ``None`` where the check says that it cannot look."""
    try:
        return check(subject)
    except Unchecked:
        return None


@pytest.mark.parametrize("facts", FACTS.values(), ids=FACTS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize(("name", "check"), CHECKS)
class TestEveryCheck:
    def test_answers_or_says_that_it_cannot_look(
        self, name: str, check: Check, text: str, facts: CommentFacts | None
    ) -> None:
        found = looked(check, Subject(text=text, facts=facts, words=RULES.words))

        assert found is None or all(one.check == name for one in found)

    def test_answers_alike_each_time(self, name: str, check: Check, text: str, facts: CommentFacts | None) -> None:
        subject = Subject(text=text, facts=facts, words=RULES.words)

        assert looked(check, subject) == looked(check, subject), name

    def test_points_into_the_original_text(
        self, name: str, check: Check, text: str, facts: CommentFacts | None
    ) -> None:
        for one in looked(check, Subject(text=text, facts=facts, words=RULES.words)) or ():
            assert one.span is not None, name
            assert 0 <= one.span.start < one.span.end <= len(text)


@pytest.mark.parametrize("position", range(len(CHECKS)))
def test_a_check_that_fails_holds_the_comment_and_is_named(position: int) -> None:
    name = CHECKS[position][0]
    in_trouble = (*CHECKS[:position], (name, failing), *CHECKS[position + 1 :])

    decision = moderate(enriched("I agree.", CommentFacts(language="en")), RULES, NOW, in_trouble)

    assert (decision.verdict, decision.unknown, decision.reason) == (Verdict.HOLD, (name,), f"unchecked:{name}")


def test_checks_are_named_after_their_files_and_every_file_is_listed() -> None:
    files = {path.stem for path in Path(checks.__path__[0]).glob("*.py")} - {"__init__"}

    assert {name for name, _ in CHECKS} == files
    assert all(check.__name__ == name for name, check in CHECKS)
