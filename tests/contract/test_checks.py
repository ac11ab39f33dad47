"""What is true of one moderation check is true of all: a new one is covered the moment it is listed."""

from pathlib import Path
from typing import Any

import pytest

from services.moderation import checks
from services.moderation.budget import Budget
from services.moderation.checks import CHECKS
from services.moderation.moderate import moderate
from services.moderation.policy_files import load
from services.moderation.subject import Check, Subject, Unchecked
from shared.comments import Author, Comment, CommentFacts, Decision, Evidence, Span, Verdict
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


def exhausting(_: Subject) -> tuple[Evidence, ...]:
    raise MemoryError


def leaving(_: Subject) -> tuple[Evidence, ...]:
    """As a library does that takes itself for a program."""
    raise SystemExit(0)


def hanging(_: Subject) -> tuple[Evidence, ...]:
    while True:
        pass


def odd(**told: Any) -> Evidence:
    """Evidence as a careless check builds it, past pydantic; ``CHECK`` stands for the check's own name."""
    return Evidence.model_construct(**{"span": None, "score": None, **told})


def place(start: object, end: object) -> Span:
    """The same for where it stands."""
    return Span.model_construct(start=start, end=end)  # type: ignore[arg-type]


CHECK = "the check's own name"
RUBBISH: dict[str, object] = {
    "nothing": None,
    "a word": "fine",
    "a number": 0,
    "one finding alone": odd(check=CHECK),
    "findings not yet made": iter(()),
    "a set": frozenset(),
    "words": ("fine",),
    "nothing among findings": (odd(check=CHECK), None),
    "in another's name": (odd(check="other"),),
    "without a name": (odd(check=None),),
    "past the end": (odd(check=CHECK, span=Span(start=0, end=9_999)),),
    "backwards": (odd(check=CHECK, span=Span(start=5, end=2)),),
    "before the beginning": (odd(check=CHECK, span=place(start=-1, end=2)),),
    "a place in words": (odd(check=CHECK, span=place(start="0", end="2")),),
    "half a place": (odd(check=CHECK, span=place(start=0, end=None)),),
    "a place of two numbers": (odd(check=CHECK, span=(0, 2)),),
    "no number": (odd(check=CHECK, score=float("nan")),),
    "without end": (odd(check=CHECK, score=float("inf")),),
    "a score in words": (odd(check=CHECK, score="high"),),
}


def answering(answer: object, name: str) -> Check:
    """A check that gives this answer in its own name."""
    if isinstance(answer, tuple):
        answer = tuple(
            one.model_copy(update={"check": name}) if isinstance(one, Evidence) and one.check == CHECK else one
            for one in answer
        )
    return lambda _: answer  # type: ignore[return-value]


def decided(position: int, check: Check) -> Decision:
    """By all checks but one, in whose place stands ``check``."""
    in_trouble = (*CHECKS[:position], (CHECKS[position][0], check), *CHECKS[position + 1 :])
    with Budget(10, 1_000).of_one_comment() as limit:
        return moderate(enriched("I agree.", CommentFacts(language="en")), RULES, NOW, in_trouble, limit=limit)


@pytest.mark.parametrize("position", range(len(CHECKS)), ids=[name for name, _ in CHECKS])
class TestEveryCheckInTrouble:
    @pytest.mark.parametrize("trouble", [failing, exhausting, leaving, hanging])
    def test_holds_the_comment_and_is_named(self, position: int, trouble: Check) -> None:
        name = CHECKS[position][0]

        decision = decided(position, trouble)

        assert (decision.verdict, decision.unknown, decision.reason) == (Verdict.HOLD, (name,), f"unchecked:{name}")

    @pytest.mark.parametrize("rubbish", RUBBISH.values(), ids=RUBBISH)
    def test_its_rubbish_is_not_believed(self, position: int, rubbish: object) -> None:
        name = CHECKS[position][0]

        decision = decided(position, answering(rubbish, name))

        assert (decision.verdict, decision.unknown, decision.reason) == (Verdict.HOLD, (name,), f"unchecked:{name}")
        assert Decision.model_validate_json(decision.model_dump_json(by_alias=True)) == decision


def test_whoever_ends_the_program_by_hand_does_end_it() -> None:
    def interrupted(_: Subject) -> tuple[Evidence, ...]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        decided(0, interrupted)


def test_checks_are_named_after_their_files_and_every_file_is_listed() -> None:
    files = {path.stem for path in Path(checks.__path__[0]).glob("*.py")} - {"__init__"}

    assert {name for name, _ in CHECKS} == files
    assert all(check.__name__ == name for name, check in CHECKS)
