"""What authors are told: in their language, without a moderator's name or a list's entry."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.moderation.policy import PROTECTED_TERM
from services.moderation.standing import Standing
from shared.cases import Sanction
from shared.comments import Span, Verdict
from shared.events import AuthorNotified, SanctionRequested
from shared.model import primary

UNKNOWN = "other"
"""The reason whose words serve for every reason without words of its own."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said in one language: by what happened, and by reason."""

    language: str
    happened: Mapping[str, str]
    reasons: Mapping[str, str]


class Notices:
    """``spoken``: language → words; English is among them. ``own``: reason → language → words, from the policy."""

    def __init__(self, spoken: Mapping[str, Said], own: Mapping[str, Mapping[str, str]]) -> None:
        self._spoken, self._own = spoken, own

    def decision(self, after: Standing, before: Standing | None) -> tuple[AuthorNotified, ...]:
        """Where what the public sees of a comment is not what its author expects."""
        if after.comment is None:
            return ()
        verdict = after.decision.verdict
        if verdict in {Verdict.HOLD, Verdict.REJECT}:
            same = before is not None and before.revision == after.revision and before.decision.verdict is verdict
            return () if same else (self.comment("held" if verdict is Verdict.HOLD else "rejected", after),)
        # Whoever writes expects to be published; it is news only after it was not.
        return (self.comment("published", after),) if before is not None and not before.shown else ()

    def comment(self, what: str, standing: Standing) -> AuthorNotified:
        """About one comment. Raises ``ValueError`` for one that was withdrawn."""
        comment, decision = standing.comment, standing.decision
        if comment is None:
            raise ValueError("its author took it back")
        language = primary(standing.facts.language) if standing.facts else "und"
        said = self._in(language)
        stopped = what in {"held", "rejected"}
        words = self._words(said, what, decision.reason if stopped else None)
        return AuthorNotified(
            author_id=comment.author.id,
            what=what,
            comment_id=comment.id,
            article_id=comment.article_id,
            revision=comment.revision,
            decision=decision.id,
            reason=decision.reason if stopped else None,
            language=said.language,
            words=words,
            quotes=_quotes(standing) if stopped else (),
            decided_by="human" if decision.actor.kind == "human" else "engine",
            appeal_until=decision.appeal_until if stopped else None,
            policy=decision.policy.digest,
        )

    def sanction(self, asked: SanctionRequested, sanction: Sanction) -> AuthorNotified:
        """About what was imposed on somebody, or lifted."""
        said = self._in(primary(asked.language) if asked.language else "und")
        what = "pardoned" if asked.lift else "sanctioned"
        words = said.happened["pardoned"] if asked.lift else said.happened[f"sanction-{sanction.kind.value}"]
        if not asked.lift:
            words = f"{words} {self._reason(said, sanction.reason)}"
        return AuthorNotified(
            author_id=asked.author_id, what=what, reason=None if asked.lift else sanction.reason,
            language=said.language, words=words, decided_by="human", until=sanction.until, section=sanction.section,
        )  # fmt: skip

    def _in(self, language: str) -> Said:
        return self._spoken.get(language) or self._spoken["en"]

    def _words(self, said: Said, what: str, reason: str | None) -> str:
        happened = said.happened[what]
        return f"{happened} {self._reason(said, reason)}" if reason else happened

    def _reason(self, said: Said, reason: str) -> str:
        own = self._own.get(reason, {})
        return own.get(said.language) or said.reasons.get(reason.split(":")[0]) or said.reasons[UNKNOWN]


def _quotes(standing: Standing) -> tuple[Span, ...]:
    """The places the rule that tipped it found; of a comment a person stopped, what the engine had found is not it."""
    whole = len(standing.comment.body) if standing.comment else 0
    spans = [
        one.span
        for hit in standing.decision.hits
        # Whoever tries names under a story is not told which one it was.
        if hit.rule == standing.decision.rule and hit.rule != PROTECTED_TERM
        for one in hit.evidence
        if one.span is not None and one.span.end - one.span.start < whole
    ]
    return tuple(dict.fromkeys(spans))[:20]
