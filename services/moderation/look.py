"""What the checks found in one comment, each asked once, and only when somebody wants to know."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from services.moderation.subject import Check, Limit, Subject, sensible
from shared.comments import Evidence, Span
from shared.links import links
from shared.model import primary

SHOWN_TOO = frozenset({"links", "patterns", "personal", "protected", "words"})
"""Checks that look at the name an author shows, too: it stands over everything they say."""
Findings = Mapping[str, Sequence[Evidence]]


class Look:
    """``findings``: by check. A check that failed, took too long or answered rubbish has none, and is ``unknown``."""

    def __init__(self, subject: Subject, checks: Sequence[tuple[str, Check]], limit: Limit, name: str = "") -> None:
        self._name = _named(subject, name)
        self._subject, self._checks, self._limit = subject, checks, limit
        self._found: dict[str, Sequence[Evidence]] = {"language": _language(subject)}
        self._failed: set[str] = set()

    @property
    def findings(self) -> Findings:
        """So far."""
        return self._found

    @property
    def unknown(self) -> tuple[str, ...]:
        """Checks that could not answer, in their order."""
        return tuple(name for name, _ in self._checks if name in self._failed)

    def at(self, names: Container[str]) -> None:
        """Ask these, if they have not been asked yet."""
        for name, check in self._checks:
            if name in names and name not in self._found and name not in self._failed:
                self._ask(name, check)

    def at_everything(self) -> None:
        """Ask all."""
        self.at([name for name, _ in self._checks])

    def _ask(self, name: str, check: Check) -> None:
        try:
            found = self._limit(check, self._subject)
            usable = sensible(name, found, self._subject)
            if usable and name in SHOWN_TOO and self._name.text:
                shown = self._limit(check, self._name)
                usable = sensible(name, shown, self._name)
                # Spans point into what is said, so what was found in a name has none.
                found = (*found, *(one.model_copy(update={"of": "name", "span": None}) for one in shown))
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001 - a check that failed must never let a comment through, nor end the stage
            usable = False
        if usable:
            self._found[name] = found
        else:
            self._failed.add(name)


def _named(subject: Subject, name: str) -> Subject:
    facts = subject.facts and subject.facts.model_copy(update={"links": links(name)})
    return replace(subject, text=name, facts=facts, of="name")


def _language(subject: Subject) -> tuple[Evidence, ...]:
    language = primary(subject.facts.language) if subject.facts else "und"
    return (Evidence(check="language", kind=language, span=Span(start=0, end=len(subject.text))),)
