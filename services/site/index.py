"""The search index: which words stand in which story. Written with the story, and gone with it."""

import sqlite3

from pydantic import ValidationError

from services.site.fold import fold
from shared.document import StoryDocument

_ROW = "SELECT rowid FROM story WHERE article_id = ? AND rendition = 'json'"


def note(db: sqlite3.Connection, article_id: str, body: bytes | None) -> None:
    """The story has these words now; ``body`` is its JSON, or ``None`` where it was withdrawn."""
    (row,) = db.execute(_ROW, (article_id,)).fetchone()
    db.execute("DELETE FROM search WHERE rowid = ?", (row,))
    words = body and words_of(body)
    if words:
        db.execute("INSERT INTO search (rowid, title, text) VALUES (?, ?, ?)", (row, *words))


def words_of(body: bytes) -> tuple[str, str] | None:
    """Folded headline and folded text; ``None`` where the body is no story."""
    try:
        story = StoryDocument.model_validate_json(body)
    except ValidationError:
        return None
    text = [story.standfirst, story.dateline, story.section, *story.keywords, *(who.name for who in story.byline)]
    text += [picture.caption for picture in story.images]
    text += [part for block in story.blocks for part in (block.text, *block.items)]
    title = " ".join(part for part in (story.kicker, story.headline) if part)
    return fold(title), fold("\n".join(part for part in text if part))


def note_all(db: sqlite3.Connection) -> None:
    """The words of every story that is shown."""
    stored = db.execute("SELECT article_id, body FROM story WHERE rendition = 'json' AND shown AND body IS NOT NULL")
    for article_id, body in stored.fetchall():
        note(db, article_id, body)


def forget(db: sqlite3.Connection) -> None:
    """FTS5 keeps the words of deleted rows until its parts are merged: merge them all, now."""
    db.execute("INSERT INTO search (search) VALUES ('optimize')")
