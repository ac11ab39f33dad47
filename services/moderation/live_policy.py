"""Which policy counts: the one an admin activated last, else the file moderation was started with.

It stands in Redis under one key that every worker reads with every batch, so a swap is one write, and no two decisions
of one batch are taken under two policies.
"""

import json
from functools import partial

from services.moderation.act import refused
from services.moderation.policy import PolicyError, Rulebook, rulebook
from shared.events import ActionTaken, PolicyRequested
from shared.outcome import Blob, Given, Outcome, Reads

ACTIVE = "policy:active"
DIGEST_BYTES = 64
"""At its beginning; they tell one policy from another."""


class LivePolicy:
    """The rules for one batch after the other. ``scorer``: there is one that can be asked for scores.

    Raises ``PolicyError`` where the file asks for what there is not.
    """

    def __init__(self, file: Rulebook, *, scorer: bool = False) -> None:
        self._file = self._now = file
        self._digest = ""
        self.unusable: str | None = None
        """Why the activated policy does not count; ``None`` where it does."""
        self._scorer = scorer
        if not scorer:
            file.refuse_without_scorer()

    def rules(self, given: Given) -> Rulebook:
        """Those that count now. ``given`` must have read ``ACTIVE``."""
        return self.of(given.blobs.get(ACTIVE))

    def known(self, digest: bytes) -> Rulebook | None:
        """Those whose first bytes these are, where they are at hand."""
        if not digest:
            return self._file
        return self._now if digest.decode("ascii", "replace") == self._digest else None

    def of(self, stored: bytes | None) -> Rulebook:
        """Those that stand at ``ACTIVE``; the file's, where nothing usable does."""
        if not stored:
            self.unusable = None
            return self._file
        digest = stored[:DIGEST_BYTES].decode("ascii", "replace")
        if self._digest != digest:
            self._digest = digest
            try:
                self._now, self.unusable = _unpacked(stored), None
            except (PolicyError, ValueError, KeyError, TypeError) as error:
                # It was usable when it was activated; where it is not for this release, what counted before goes on,
                # every decision names it, and an operator is told.
                self.unusable = str(error) if isinstance(error, PolicyError) else "it is no policy"
        return self._now

    def decide(self, asked: PolicyRequested, given: Given) -> Outcome:
        """Activated from the next batch on, or refused with the place that cannot be used."""
        told = partial(ActionTaken, action="policy", about="policy", actor=asked.actor, at=given.now)
        if not asked.policy:
            return Outcome(publish=(told(),), drop=(ACTIVE,))
        try:
            rules = rulebook(asked.policy.encode(), {name: text.encode() for name, text in asked.files.items()})
            if not self._scorer:
                rules.refuse_without_scorer()
        except PolicyError as error:
            return refused(asked, "unusable", str(error))
        document = json.dumps({"policy": asked.policy, "files": asked.files}, ensure_ascii=False)
        blob = Blob(ACTIVE, f"{rules.named.digest}\n{document}".encode())
        return Outcome(publish=(told(policy=rules.named),), blobs=(blob,))


def with_policy(reads: Reads) -> Reads:
    """What a decision under a policy reads."""
    return Reads(reads.records, reads.newest, (*reads.blobs, ACTIVE))


def stored_policy(stored: bytes) -> tuple[str, dict[str, str]]:
    """The text of an activated policy, and its word lists by name."""
    document = json.loads(stored[DIGEST_BYTES + 1 :])
    return document["policy"], document["files"]


def _unpacked(stored: bytes) -> Rulebook:
    policy, files = stored_policy(stored)
    return rulebook(policy.encode(), {name: text.encode() for name, text in files.items()})
