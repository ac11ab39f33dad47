"""What codes are called on a page."""

from services.moderation.desk.words import WORDS, Words
from shared.cases import Role
from shared.comments import Verdict


def queue_name(words: Words, queue: str | None) -> str:
    """The code itself where it is new to us."""
    return {
        "safety": words.queue_safety, "legal": words.queue_legal, "appeals": words.queue_appeals,
        "reported": words.queue_reported, "abuse": words.queue_abuse, "spam": words.queue_spam,
        "language": words.queue_language, "new": words.queue_new,
    }.get(queue or "", queue or "")  # fmt: skip


def verdict_name(words: Words, verdict: str) -> str:
    """As something that was done."""
    return {
        Verdict.PUBLISH.value: words.published, Verdict.FLAG.value: words.flagged, Verdict.HOLD.value: words.held,
        Verdict.REJECT.value: words.rejected, "pending": words.pending,
    }.get(verdict, verdict)  # fmt: skip


def actor_name(words: Words, kind: str, name: str) -> str:
    """A person by name, the engine and authors by what they are."""
    return {"engine": words.by_engine, "author": words.by_author}.get(kind, name)


def role_name(words: Words, role: Role) -> str:
    """One of three."""
    return {Role.MODERATOR: words.moderator, Role.EDITOR: words.editor, Role.ADMIN: words.admin}[role]


def reason_name(words: Words, code: str | None) -> str:
    """The few codes everybody has; a newsroom's own are shown as they are."""
    if code and code.startswith("unchecked:"):
        return words.unchecked.replace("{check}", code.removeprefix("unchecked:"))
    return _everybodys(words).get(code or "", code or "")


def _everybodys(words: Words) -> dict[str, str]:
    return {
        "insult": words.reason_insult, "hate": words.reason_hate, "links": words.reason_links,
        "personal-data": words.reason_personal, "length": words.reason_length, "empty": words.reason_empty,
        "unreadable": words.reason_unreadable, "shouting": words.reason_shouting, "elsewhere": words.reason_elsewhere,
        "after-person": words.reason_after_person, "withdrawn": words.reason_withdrawn,
        "off-topic": words.reason_off_topic, "spam": words.reason_spam, "duplicate": words.reason_duplicate,
        "false": words.reason_false, "sanctioned": words.reason_sanctioned, "new": words.queue_new,
        "closed": words.reason_closed, "repeat": words.reason_duplicate, "reported": words.reason_reported,
        "second-person": words.reason_second, "rules": words.reason_rules, "abuse": words.queue_abuse,
        "other": words.reason_other,
    }  # fmt: skip


CODES = frozenset(_everybodys(WORDS["en"]))
"""Reasons everybody has, whatever the policy says."""


OFFERED = ("off-topic", "spam", "duplicate", "insult", "hate", "personal-data", "false")
"""Reasons a person may need whatever the policy says."""
