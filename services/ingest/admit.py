"""What a submission means beside what is already known of its id. Rules: wire contract, section 4."""

from services.ingest.ledger import Ledger, Standing, article_key, comment_key, digest
from services.ingest.plain import one_line, plain
from services.ingest.sanitise import clean_article
from shared.articles import Change, Status
from shared.comments import Comment, CommentStatus
from shared.errors import Conflict, Rejected
from shared.events import ArticleIngested, ArticleSubmitted, CommentIngested, CommentSubmitted
from shared.outcome import Outcome

NO_END = 9000
"""An embargo until this year or later has no end: nothing leaves (contract, section 4.4)."""


def admit_article(said: ArticleSubmitted, known: Ledger | None) -> Outcome:
    """The revision to pass on, or a note why there is none: ``stale``, ``duplicate``, ``killed``,
    ``unknown``.

    Raises ``Conflict`` where a revision is told in two ways, ``Rejected`` where the story cannot be shown
    safely.
    """
    if said.if_known and _unseen(known) and said.status is not Status.USABLE:
        # Nothing to take back. It is remembered all the same: an older revision may lie with a worker that died, and
        # must not come out after this.
        if known and said.revision <= known.revision:
            return Outcome(note="stale")
        never = Ledger(revision=said.revision, standing=Standing.NEVER, digest=digest(said))
        return Outcome(save=[never.save(article_key(said.id))], note="unknown")
    if known is not None and said.status is not Status.USABLE and _follows(said, known):
        if known.standing is Standing.KILLED:
            return Outcome(note="killed")
        if said.status is Status.WITHHELD and known.standing is Standing.WITHHELD:
            return Outcome(note="duplicate")
        # A kill must not be lost for want of a number.
        said = said.model_copy(update={"revision": known.revision + 1})
    if _endless(said):
        said = said.model_copy(update={"status": Status.WITHHELD, "embargoed_until": None})
    text = digest(said)
    if known and (ignored := _already(said.revision, text, known)):
        return ignored
    killed = known is not None and known.standing is Standing.KILLED
    standing = Standing.WITHHELD if said.status is Status.WITHHELD else Standing.USABLE
    if said.status is Status.CANCELED or (killed and said.status is Status.WITHHELD):
        standing = Standing.KILLED
    save = Ledger(revision=said.revision, standing=standing, digest=text).save(article_key(said.id))
    if killed and said.status is Status.WITHHELD:
        # Channels hold the stronger notice already; withholding on top of it would loosen a kill.
        return Outcome(save=[save], note="killed")
    # A kill told again is passed on again: whoever repeats it may be looking at a page that still shows the
    # story.
    change = _change(said, known)
    article = None if change.withdraws else clean_article(said)
    fact = ArticleIngested(article_id=said.id, revision=said.revision, change=change, article=article)
    return Outcome(publish=[fact], save=[save])


def foreseen_article(said: ArticleSubmitted, known: Ledger | None) -> str | None:
    """What ``admit_article`` will note of a revision that is not newer than what is known; raises as that does.

    Quicker where it is newer: then nothing but the story itself can keep it back.
    """
    if known is not None and said.revision <= known.revision:
        return admit_article(said, known).note
    if said.status is Status.USABLE and not _endless(said):
        clean_article(said)
    return None


def admit_comment(said: CommentSubmitted, known: Ledger | None) -> Outcome:
    """The comment to pass on, or without its text where its author took it back; notes as for articles.

    Only control characters leave a reader's words. Raises ``Conflict`` where a revision is told in two ways
    or moves to another article, ``Rejected`` where nothing legible was said.
    """
    text = digest(said)
    if known and (ignored := _already(said.revision, text, known)):
        return ignored
    withdrawn = said.status is CommentStatus.CANCELED
    # A withdrawal goes where the comment stands: a mistaken article id must not keep it in public.
    article_id = known.article_id if withdrawn and known and known.article_id else said.article_id
    if known and known.article_id not in {None, article_id}:
        raise Conflict("/data/article_id is not the article this comment stands under: send it as a new comment")
    ledger = Ledger(
        revision=said.revision,
        standing=Standing.KILLED if withdrawn else Standing.USABLE,
        digest=text,
        article_id=article_id,
    )
    fact = CommentIngested(
        comment_id=said.id,
        article_id=article_id,
        revision=said.revision,
        comment=None if withdrawn else _legible(said),
    )
    return Outcome(publish=[fact], save=[ledger.save(comment_key(said.id))])


def _endless(said: ArticleSubmitted) -> bool:
    return said.embargoed_until is not None and said.embargoed_until.year >= NO_END


def _unseen(known: Ledger | None) -> bool:
    return known is None or known.standing is Standing.NEVER


def _follows(said: ArticleSubmitted, known: Ledger) -> bool:
    """True where it takes back whatever came last: it has no number, or kills the very revision it names
    (decision 0032).
    """
    kills_it = said.status is Status.CANCELED and said.revision == known.revision
    return said.unnumbered or (kills_it and known.standing in {Standing.USABLE, Standing.WITHHELD})


def _already(revision: int, text: str, known: Ledger) -> Outcome | None:
    if revision < known.revision:
        return Outcome(note="stale")
    if revision > known.revision:
        return None
    if text == known.digest:
        return Outcome(note="duplicate")
    raise Conflict(
        f"/data/revision {revision} was submitted before with other content: send changes with a greater one"
    )


def _change(said: ArticleSubmitted, known: Ledger | None) -> Change:
    if said.status is Status.CANCELED:
        return Change.KILLED
    if said.status is Status.WITHHELD:
        return Change.WITHHELD
    if known is None or _unseen(known):
        return Change.CREATED
    if known.standing is not Standing.USABLE:
        return Change.REINSTATED
    return Change.CORRECTED if said.correction else Change.UPDATED


def _legible(said: CommentSubmitted) -> Comment:
    body = plain(said.body or "")
    if not body.strip():
        raise Rejected("/data/body has no visible characters: send a comment with words")
    if said.author is None or said.created_at is None:
        raise Rejected("/data/author and /data/created_at are required: add them")
    name = one_line(said.author.name)
    if not name:
        raise Rejected("/data/author/name has no visible characters: fill it in")
    if said.parent_id == said.id:
        raise Rejected("/data/parent_id names the comment itself: leave it out or name another comment")
    return Comment(
        id=said.id,
        article_id=said.article_id,
        parent_id=said.parent_id,
        revision=said.revision,
        author=said.author.model_copy(update={"name": name}),
        body=body,
        language=said.language,
        created_at=said.created_at,
    )
