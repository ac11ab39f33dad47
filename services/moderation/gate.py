"""The gate every story passes before it is delivered.

A withdrawal passes at once, whatever holds. What has a protected term or data of a person waits for two people; so does
whatever an editor keeps back. While a revision waits, the one before stays as it is, unless an editor keeps the story.
"""

import zlib
from collections.abc import Callable, Collection
from datetime import datetime

from services.moderation.act import refused
from services.moderation.causes import Found, causes, folded
from services.moderation.known import Gate, Thread, story_ms, thread_key
from services.moderation.moderate import ENGINE, decision_id
from services.moderation.policy import Rulebook
from services.moderation.standing import EVERYTHING, TARGETS, USUAL
from shared.articles import Change
from shared.cases import HoldKind
from shared.comments import Actor, Decision, Policy, Verdict
from shared.events import ActionTaken, ArticleEnriched, ArticleFact, ArticleHeld, ArticleModerated, HoldRequested
from shared.outcome import Expire, Given, Index, Outcome, Reads, Record, Save, Unindex, together

PASSED = "passed"
LEGAL_HOLD = "legal-hold"

Look = Callable[[ArticleEnriched, Rulebook], Found]


def gate(
    enriched: ArticleEnriched, policy: Policy, now: datetime, seq: int = 0, person: Actor | None = None
) -> ArticleModerated:
    """The story with the record that lets it pass; a withdrawal passes at once, as its editor's decision."""
    withdrawn = enriched.change.withdraws
    editor = Actor(kind="editor", id="newsroom") if withdrawn else ENGINE
    decision = Decision(
        id=decision_id("article", enriched.article_id, enriched.revision, seq, policy),
        subject=enriched.article_id,
        revision=enriched.revision,
        seq=seq,
        at=now,
        actor=person or editor,
        from_state="hold" if seq else "pending" if enriched.change is Change.CREATED else "published",
        verdict=Verdict.REJECT if withdrawn else Verdict.PUBLISH,
        reason=enriched.change.value if withdrawn else None,
        policy=policy,
    )
    return ArticleModerated(
        article_id=enriched.article_id,
        revision=enriched.revision,
        change=enriched.change,
        article=enriched.article,
        enrichment=enriched.enrichment,
        decision=decision,
    )


def reads_article(fact: ArticleEnriched) -> Reads:
    """How the story stands here; not its text."""
    return Reads(records={thread_key(fact.article_id): ("thread", "gate")})


def decide_article(fact: ArticleEnriched, given: Given, rules: Rulebook, look: Look = causes) -> Outcome:
    """Let it pass, or keep it for two people, for what ``look`` finds."""
    before = Gate.of(given.records[thread_key(fact.article_id)])
    if fact.article is None or fact.change.withdraws:
        return together(Outcome(publish=(gate(fact, rules.named, given.now),)), withdrawn(fact, given))
    found = look(fact, rules)
    kinds = [HoldKind.LEGAL] if before.legal else []
    if found.marks - set(before.cleared):
        kinds.append(HoldKind.SAFETY)
    if not kinds:
        return together(Outcome(publish=(gate(fact, rules.named, given.now),)), let_through(fact, given))
    kind = kinds[-1]
    told = ArticleHeld(
        article_id=fact.article_id, revision=fact.revision, change=fact.change, kind=kind, causes=found.causes,
        deadline=given.now + TARGETS.get(kind.value, USUAL),
    )  # fmt: skip
    kept = Outcome(publish=(told,), note=f"held_{kind.value}")
    return together(kept, kept_back(fact, told, found.marks, given))


def withdrawn(fact: ArticleFact, given: Given) -> Outcome:
    """Written down. What an editor keeps stays in the record: a kill hides it from readers, not from a court."""
    record = given.records[thread_key(fact.article_id)]
    before = Gate.of(record)
    after = before.model_copy(update={"held": None, "marks": (), "causes": (), "withdrawn": True})
    written = _written(
        fact.article_id, record, after if before.legal else Gate(), None, given,
        unset=() if before.legal else (PASSED,),
    )  # fmt: skip
    return together(Outcome(unindex=_left(fact, {HoldKind.LEGAL} if before.legal else set())), written)


def let_through(fact: ArticleEnriched, given: Given) -> Outcome:
    """Written down: nothing waits any more."""
    record = given.records[thread_key(fact.article_id)]
    after = Gate(cleared=Gate.of(record).cleared)
    written = _written(fact.article_id, record, after, _thread(fact, record), given, passed=fact)
    return together(Outcome(unindex=_left(fact, set())), written)


def kept_back(fact: ArticleEnriched, told: ArticleHeld, marks: Collection[str], given: Given) -> Outcome:
    """Written down: it waits for two people; ``marks``: SHA-256 of what was found in it."""
    record = given.records[thread_key(fact.article_id)]
    before = Gate.of(record)
    # The number of the decision goes on: what is shown of an earlier revision may have to be taken back yet.
    held = before.model_copy(
        update={"held": fact, "causes": told.causes, "marks": tuple(sorted(marks)), "seconds": {},
                "deadline": told.deadline}
    )  # fmt: skip
    waits = Index(holds_key(told.kind), told.deadline.timestamp(), fact.article_id.encode(), EVERYTHING)
    left = _left(fact, {told.kind, *([HoldKind.LEGAL] if before.legal else [])})
    return together(
        Outcome(index=(waits,), unindex=left),
        _written(fact.article_id, record, held, _thread(fact, record), given),
    )  # fmt: skip


def reads_hold(asked: HoldRequested) -> Reads:
    """All of it: what is let go is published as it came."""
    return Reads(records={thread_key(asked.article_id): ("thread", "gate", PASSED)})


def decide_hold(asked: HoldRequested, given: Given, policy: Policy) -> Outcome:
    """Kept back by an editor, or let go by two."""
    record = given.records[thread_key(asked.article_id)]
    if not record.exists:
        return refused(asked, "unknown", "no story of this id has come: look at its spelling")
    return _let_go(asked, record, given, policy) if asked.lift else _keep(asked, record, given, policy)


def _keep(asked: HoldRequested, record: Record, given: Given, policy: Policy) -> Outcome:
    before = Gate.of(record)
    if asked.kind is not HoldKind.LEGAL:
        return refused(asked, "unusable", "only the gate holds for safety: keep it as legal")
    if before.legal:
        return refused(asked, "unusable", "it is kept already")
    shown = None if before.withdrawn else _unpacked(record)
    due = given.now + TARGETS.get(asked.kind.value, USUAL)
    after = before.model_copy(update={"legal": True, "held": before.held or shown, "deadline": due, "seconds": {}})
    taken = _done("hold", asked, given)
    publish: tuple[ArticleModerated | ActionTaken, ...] = (taken,)
    if shown is not None:
        after = after.model_copy(update={"seq": before.seq + 1})
        publish = (taken, _withdrawn(shown, asked.actor, policy, given.now, after.seq))
    waits = Index(holds_key(asked.kind), due.timestamp(), asked.article_id.encode(), EVERYTHING)
    return together(
        Outcome(publish=publish, index=(waits,)), _written(asked.article_id, record, after, None, given)
    )  # fmt: skip


def _let_go(asked: HoldRequested, record: Record, given: Given, policy: Policy) -> Outcome:
    before, kind = Gate.of(record), asked.kind
    holds = before.legal if kind is HoldKind.LEGAL else bool(set(before.marks) - set(before.cleared))
    if not holds:
        return refused(asked, "unknown", f"no {kind.value} hold is on this story")
    waiting = before.held.revision if before.held else None
    if waiting is not None and asked.revision != waiting:
        return refused(asked, "stale", f"revision {waiting} waits now: look at it, then let that one go")
    first = before.seconds.get(kind)
    if first is None:
        after = before.model_copy(update={"seconds": {**before.seconds, kind: asked.actor.id}})
        done = Outcome(publish=(_done("second", asked, given),))
        return together(done, _written(asked.article_id, record, after, None, given))
    if first == asked.actor.id:
        return refused(asked, "same-person", "you have asked to let it go already: a second editor must, too")
    rest = {one: who for one, who in before.seconds.items() if one is not kind}
    after = before.model_copy(update={"seconds": rest})
    if kind is HoldKind.LEGAL:
        after = after.model_copy(update={"legal": False})
    else:
        after = after.model_copy(update={"cleared": tuple(sorted({*before.cleared, *before.marks}))})
    done = Outcome(
        publish=(_done("lift", asked, given),), unindex=(Unindex(holds_key(kind), asked.article_id.encode()),)
    )
    if after.held is None or after.legal or set(after.marks) - set(after.cleared):
        # Of a story that was withdrawn meanwhile, the text was kept for the hold alone.
        unset = (PASSED,) if after.withdrawn and not after.legal else ()
        return together(done, _written(asked.article_id, record, after, None, given, unset=unset))
    seq = after.seq + 1
    passed = gate(after.held, policy, given.now, seq, asked.actor)
    gone = Gate(seq=seq, cleared=after.cleared)
    return together(
        done, Outcome(publish=(passed,)), _written(asked.article_id, record, gone, None, given, passed=after.held)
    )


def holds_key(kind: HoldKind) -> str:
    """Stories that wait for two people, by the time they should have decided."""
    return f"holds:{kind.value}"


def _withdrawn(shown: ArticleEnriched, who: Actor, policy: Policy, now: datetime, seq: int) -> ArticleModerated:
    decision = Decision(
        id=decision_id("article", shown.article_id, shown.revision, seq, policy), subject=shown.article_id,
        revision=shown.revision, seq=seq, at=now, actor=who, from_state="publish", verdict=Verdict.HOLD,
        reason=LEGAL_HOLD, policy=policy,
    )  # fmt: skip
    return ArticleModerated(
        article_id=shown.article_id, revision=shown.revision, change=Change.WITHHELD, decision=decision
    )  # fmt: skip


def _written(
    article_id: str, record: Record, after: Gate, thread: Thread | None, given: Given,
    *, passed: ArticleEnriched | None = None, unset: tuple[str, ...] = (),
) -> Outcome:  # fmt: skip
    fields = {"gate": after.packed}
    if thread is not None:
        fields["thread"] = thread.model_dump_json(exclude_none=True).encode()
    if passed is not None:
        fields[PASSED] = zlib.compress(passed.model_dump_json(exclude_none=True, by_alias=True).encode())
    key = thread_key(article_id)
    return Outcome(
        save=(Save(key, record.revision, record.seq + 1, fields, unset=unset),),
        expire=(Expire(key, story_ms(after, thread or Thread.of(record))),),
    )


def _unpacked(record: Record) -> ArticleEnriched | None:
    stored = record.fields.get(PASSED)
    return ArticleEnriched.model_validate_json(zlib.decompress(stored)) if stored else None


def _thread(fact: ArticleEnriched, record: Record) -> Thread | None:
    article, before = fact.article, Thread.of(record) or Thread()
    if article is None:
        return None
    told = {"section": article.section, "comments_open": article.comments_open, "protected": folded(article)}
    return before.model_copy(update=told)


def _left(fact: ArticleFact, holding: set[HoldKind]) -> tuple[Unindex, ...]:
    """Its place among the stories that wait, for every kind but these."""
    return tuple(Unindex(holds_key(kind), fact.article_id.encode()) for kind in HoldKind if kind not in holding)


def _done(action: str, asked: HoldRequested, given: Given) -> ActionTaken:
    return ActionTaken(
        action=action, about=asked.article_id, actor=asked.actor, at=given.now, kind=asked.kind, note=asked.note
    )
