"""The newsroom's rules for comments: data, checked completely before anything is decided under it."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar

import phonenumbers
import re2  # type: ignore[import-untyped]
from pydantic import Field, ValidationError

from services.moderation.conditions import ANSWERED_BY, Language, Name, Personal, Strict, When
from services.moderation.wordlists import Words
from shared.comments import Decision, Policy, Queue, Verdict
from shared.errors import Unusable, explain
from shared.requests import reserved

BOUNDARY = r"(?:^|$|[^\pL\pM\pN_\x{200c}])"
MOST_MEMORY = 8 * 2**20
"""Bytes an expression may take while it runs."""


PROTECTED_TERM = "protected-term"
"""The rule every policy has: who names a story's source under it waits in ``safety`` for two people."""


class PolicyError(Unusable):
    """The policy cannot be used; the message names the place and what to change."""


T = TypeVar("T", bound=Strict)


class Rule(Strict):
    """One sentence of the policy."""

    id: Name
    when: When
    do: Literal["flag", "hold", "reject"]
    reason: Name
    queue: Queue = Queue.ABUSE
    mode: Literal["live", "shadow"] = "live"
    two_person: bool = False
    """What it holds is shown only when two people have said so."""
    final: bool = False
    """Where it hits, rules that are not final have no say, those on personal data apart."""

    @property
    def verdict(self) -> Verdict:
        """What the rule asks for."""
        return Verdict(self.do)

    @cached_property
    def checks(self) -> tuple[str, ...]:
        """Whose findings it goes by; where one of them found nothing, the rule cannot hit."""
        return tuple(dict.fromkeys(ANSWERED_BY[name] for name in self.when.model_dump(exclude_none=True)))


class WordList(Strict):
    """Words that mean the same to the policy, in the languages they are words of."""

    id: Name
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    terms: Annotated[tuple[Annotated[str, Field(min_length=2, max_length=200)], ...], Field(min_length=1)]


class Pattern(Strict):
    """An expression of RE2 (https://github.com/google/re2/wiki/Syntax) that means something to the policy.

    ``{b}`` stands where a word begins or ends, in any script: RE2's own boundary knows ASCII alone.
    """

    id: Name
    expression: Annotated[str, Field(min_length=1, max_length=2_000)]


class Reports(Strict):
    """When readers' reports hold a comment by themselves."""

    hold_at: Annotated[float, Field(gt=0)] = 2.0
    """Weight of them together; a reader nobody knows weighs 0.5, one who was always right nearly 1."""


class Articles(Strict):
    """What keeps a story at the gate, beside its own protected terms."""

    personal: tuple[Personal, ...] = ("phone", "national-id", "account", "card", "coordinates")
    public: tuple[Annotated[str, Field(min_length=3, max_length=200)], ...] = ()
    """Numbers and addresses anybody may know, such as those of offices readers are to call."""


class Reason(Strict):
    """A public code of this newsroom's own, in its words."""

    id: Name
    words: Annotated[dict[Language, Annotated[str, Field(min_length=1, max_length=500)]], Field(min_length=1)]
    """Language → a sentence for the author."""


class _Lists(Strict):
    list: tuple[WordList, ...]


class _Document(Strict):
    version: Annotated[str, Field(min_length=1, max_length=100)]
    on_unknown: Literal["hold"]
    wordlists: Annotated[tuple[str, ...], Field(description="Files beside the policy's own.")] = ()
    phone_regions: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ()
    pattern: tuple[Pattern, ...] = ()
    appeal_days: Annotated[float, Field(ge=0, le=365)] = 14.0
    reports: Reports = Reports()
    articles: Articles = Articles()
    reason: tuple[Reason, ...] = ()
    rule: tuple[Rule, ...]


class Rulebook:
    """A policy ready for use: its rules, and the listed words by language."""

    def __init__(self, document: _Document, lists: tuple[WordList, ...], digest: str) -> None:
        self.rules = document.rule
        self.on_unknown = Verdict(document.on_unknown)
        self.named = Policy(version=document.version, digest=digest)
        self.phone_regions = document.phone_regions
        self.report_weight = document.reports.hold_at
        self.articles = document.articles
        self.appeals = timedelta(days=document.appeal_days)
        """How long an author may ask for another look; zero: not at all."""
        self.reasons: Mapping[str, Mapping[str, str]] = {one.id: one.words for one in document.reason}
        self._two = frozenset((PROTECTED_TERM, *(rule.id for rule in document.rule if rule.two_person)))
        self.queues: Mapping[str, Queue] = {
            PROTECTED_TERM: Queue.SAFETY, **{rule.id: rule.queue for rule in document.rule}
        }  # fmt: skip
        """Where what a rule holds waits."""
        self.patterns = {one.id: compiled(one) for one in document.pattern}
        self.cuts_short = any(rule.final and rule.mode == "live" for rule in document.rule)
        self.first = tuple(rule for rule in document.rule if rule.final or rule.when.personal)
        """The rules that count whatever hits."""
        self.first_checks = frozenset(
            ANSWERED_BY[condition] for rule in self.first for condition in rule.when.model_dump(exclude_none=True)
        )
        self.scores_asked = _labels(document.rule)
        """What a scorer is asked for."""
        self.scores_needed = _labels([rule for rule in document.rule if rule.mode == "live"])
        """Without these a comment is held; a rule on trial holds nothing, not even by what it lacks."""
        by_language: dict[str, list[tuple[str, str]]] = {}
        for one in lists:
            for language in one.languages:
                by_language.setdefault(language, []).extend((one.id, term) for term in one.terms)
        self.words: Mapping[str, Words] = {language: Words(terms) for language, terms in by_language.items()}

    def refuse_without_scorer(self) -> None:
        """Raises ``PolicyError`` where a rule asks for scores: for who has nobody to ask."""
        for rule in self.rules:
            if rule.when.scores_over:
                raise PolicyError(
                    f"policy: rule {rule.id} asks for scores and nobody gives any: set LIGHTWIRE_SCORER_URL"
                )

    def asks_two(self, decision: Decision) -> bool:
        """True where a rule that hit wants two people to let it through."""
        return any(hit.rule in self._two for hit in decision.hits)


def files_named(policy: bytes) -> tuple[str, ...]:
    """The word lists a policy asks for, as it names them."""
    return _document(policy).wordlists


def rulebook(policy: bytes, files: Mapping[str, bytes]) -> Rulebook:
    """The policy and its word lists as one; ``files`` has the content of each of ``files_named``.

    Raises ``PolicyError`` for anything misspelt, missing, given twice or without effect: a rule that
    silently does nothing is worse than a service that does not start.
    """
    document = _document(policy)
    lists: list[WordList] = []
    for name in document.wordlists:
        if name not in files:
            raise PolicyError(f"policy: wordlists names {name}, which does not exist: add the file or remove it")
        lists += _parse(_Lists, files[name], name).list
    _refuse_repeated("list", [one.id for one in lists])
    _refuse_repeated("rule", [rule.id for rule in document.rule])
    if any(rule.id == PROTECTED_TERM for rule in document.rule):
        raise PolicyError(f"policy: rule {PROTECTED_TERM} is part of every policy already: rename yours")
    _refuse_repeated("pattern", [one.id for one in document.pattern])
    _refuse_repeated("reason", [one.id for one in document.reason])
    if unknown := sorted(set(document.phone_regions) - set(phonenumbers.SUPPORTED_REGIONS)):
        raise PolicyError(f"policy: phone_regions has {unknown[0]}, which is no country with telephones: see ISO 3166")
    known, expressions = {one.id for one in lists}, {one.id for one in document.pattern}
    for rule in document.rule:
        if reserved(rule.reason):
            raise PolicyError(f"policy: rule {rule.id} gives the reason {rule.reason}, which is moderation's own")
        if not rule.when.model_dump(exclude_none=True):
            raise PolicyError(f"policy: rule {rule.id} has an empty `when`: name a condition")
        if missing := sorted(set(rule.when.words or ()) - known):
            raise PolicyError(f"policy: rule {rule.id} uses the list {missing[0]}, which no word list file has")
        if missing := sorted(set(rule.when.patterns or ()) - expressions):
            raise PolicyError(f"policy: rule {rule.id} uses the pattern {missing[0]}, which the policy does not have")
    digest = hashlib.sha256(policy)
    for name in document.wordlists:
        digest.update(b"\0" + files[name])
    return Rulebook(document, tuple(lists), digest.hexdigest())


def compiled(pattern: Pattern) -> Any:
    """Ready for use. Raises ``PolicyError``, also for one that takes too much memory or matches nothing at all."""
    options = re2.Options()
    options.log_errors, options.max_mem = False, MOST_MEMORY
    written = pattern.expression.replace("{b}", BOUNDARY)
    try:
        made = re2.compile(f"(?i){written}", options)
    except re2.error as error:
        why = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise PolicyError(f"policy: pattern {pattern.id} is no expression of RE2: {why}") from None
    if made.fullmatch("") is not None:
        raise PolicyError(f"policy: pattern {pattern.id} finds nothing in everything: ask for at least one character")
    return made


def _document(policy: bytes) -> _Document:
    return _parse(_Document, policy, "policy")


def _parse(kind: type[T], raw: bytes, name: str) -> T:
    try:
        return kind.model_validate(tomllib.loads(raw.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"{name}: not TOML: {error}") from None
    except ValidationError as error:
        raise PolicyError(f"{name}: {explain(error)}") from None


def _labels(rules: Sequence[Rule]) -> frozenset[str]:
    return frozenset(label for rule in rules for label in rule.when.scores_over or ())


def _refuse_repeated(kind: str, ids: list[str]) -> None:
    if repeated := sorted({one for one in ids if ids.count(one) > 1}):
        raise PolicyError(f"policy: {kind} {repeated[0]} is given twice: rename one")
