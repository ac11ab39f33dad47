"""What in a story keeps it back: names that must never leave, and data of persons."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from services.moderation.checks.personal import personal
from services.moderation.policy import Articles, Rulebook
from services.moderation.protected import protected
from services.moderation.said import texts, windows
from services.moderation.subject import Subject
from shared.articles import Article
from shared.cases import Cause
from shared.events import ArticleEnriched
from shared.fold import fold

PROTECTED = "protected-term"
UNCHECKED = "unchecked"

Spend = Callable[[Callable[[], None]], None]
"""Calls what it is given, or raises where that takes too long."""


@dataclass(frozen=True, slots=True)
class Found:
    """``marks``: SHA-256 of each thing that was found, by which two people let it pass."""

    causes: tuple[Cause, ...] = ()
    marks: frozenset[str] = frozenset()


def at_leisure(look: Callable[[], None]) -> None:
    """However long it takes: for who replays what happened, and waits."""
    look()


def causes(
    fact: ArticleEnriched, rules: Rulebook, spend: Spend = at_leisure, counts_as: Articles | None = None
) -> Found:  # fmt: skip
    """What stands in any field that leaves. Where it stands, never what it says.

    A story nobody could look through, because it took longer than ``spend`` lets it or broke what looks, is kept back
    as ``unchecked``, beside what was found until then. ``counts_as``: what of a person keeps a story back, where it is
    not what the policy says today.
    """
    search = _Search(rules, counts_as or rules.articles)
    try:
        spend(lambda: search.through(fact))
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - what could not be looked at must never get out, nor end the stage
        search.give_up(fact)
    return search.found


def folded(article: Article) -> tuple[str, ...]:
    """Its protected terms in one spelling, each once, in order: what comments under it are looked through for."""
    return tuple(sorted({term for one in article.protected_terms if (term := fold(one).text.strip())}))


def unchecked(told: tuple[Cause, ...], fact: ArticleEnriched, found: Found) -> Found:
    """As it was found on the day where not all was looked at, ``told`` then; what is found now has no end of time."""
    if not any(cause.kind == UNCHECKED for cause in told):
        return found
    return Found(told, found.marks | {_unchecked(fact)})


class _Search:
    """Through one story; what is found until it ends counts."""

    def __init__(self, rules: Rulebook, counts_as: Articles) -> None:
        self._rules, self._personal = rules, counts_as.personal
        self._public = {_plain(value) for value in counts_as.public}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._marks: set[str] = set()
        self._field = "id"

    @property
    def found(self) -> Found:
        """Until now."""
        told = tuple(
            Cause(kind=kind, field=field, count=count) for (kind, field), count in sorted(self._counts.items())
        )
        return Found(told, frozenset(self._marks))

    def through(self, fact: ArticleEnriched) -> None:
        """Names first: they cost a tenth, and whoever may die for them must not wait behind a table of figures."""
        told = list(texts(fact))
        names = protected(fact.article.protected_terms if fact.article else ())
        for one in told:
            self._field = one.field
            for name in names.find(one.text) if one.names else ():
                self._note(PROTECTED, one.field, name.term)
        for one in told:
            self._field = one.field
            for part in windows(one.text) if one.personal else ():
                self._persons(one.field, part)

    def give_up(self, fact: ArticleEnriched) -> None:
        """Let through only as it is: another revision may say what was not looked at."""
        self._counts[UNCHECKED, self._field] += 1
        self._marks.add(_unchecked(fact))

    def _persons(self, field: str, text: str) -> None:
        for one in personal(Subject(text, None, {}, phone_regions=self._rules.phone_regions)):
            value = text[one.span.start : one.span.end] if one.span else ""
            if one.kind in self._personal and _plain(value) not in self._public:
                self._note(str(one.kind), field, value)

    def _note(self, kind: str, field: str, value: str) -> None:
        self._counts[kind, field] += 1
        self._marks.add(_mark(kind, value))


def _plain(value: str) -> str:
    """Of a number its digits, of anything else its letters: how it is set does not matter."""
    folded = fold(value).text
    digits = "".join(sign for sign in folded if sign.isdigit())
    return digits.lstrip("0") if len(digits) > 6 else folded.replace(" ", "")


def _mark(kind: str, value: str) -> str:
    return sha256(f"{kind}\n{_plain(value)}".encode()).hexdigest()


def _unchecked(fact: ArticleEnriched) -> str:
    return sha256(f"{UNCHECKED}\n{fact.model_dump_json()}".encode()).hexdigest()
