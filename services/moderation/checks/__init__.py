"""What is looked at in a comment. Each check is a pure function in a file of its own; the policy says what it means."""

from services.moderation.checks.author import author
from services.moderation.checks.length import length
from services.moderation.checks.links import links
from services.moderation.checks.patterns import patterns
from services.moderation.checks.personal import personal
from services.moderation.checks.protected import protected
from services.moderation.checks.repeat import repeat
from services.moderation.checks.scorer import scorer
from services.moderation.checks.thread import thread
from services.moderation.checks.wording import wording
from services.moderation.checks.words import words
from services.moderation.subject import Check

CHECKS: tuple[tuple[str, Check], ...] = (
    # The cheapest first; the order decides nothing else, because all findings are kept.
    ("author", author),
    ("thread", thread),
    ("length", length),
    ("links", links),
    ("wording", wording),
    ("patterns", patterns),
    # Nothing, under most stories.
    ("protected", protected),
    # Was asked before, and only where a rule wants it.
    ("scorer", scorer),
    # Compares with thirty texts, of which most end at the first look.
    ("repeat", repeat),
    # Reads every number as whatever it may be.
    ("personal", personal),
    # Folds the whole text, which costs more than everything above.
    ("words", words),
)
