-- What the site shows, and how far it has read. Version 1.
CREATE TABLE cursor (
    stream TEXT PRIMARY KEY,
    id TEXT NOT NULL
) WITHOUT ROWID;

-- One row per rendition of an article; a withdrawn one keeps its sequence and its notice, nothing else.
CREATE TABLE story (
    article_id TEXT NOT NULL,
    rendition TEXT NOT NULL,
    revision INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    language TEXT NOT NULL,
    direction TEXT NOT NULL,
    headline TEXT,
    section TEXT,
    teaser TEXT,
    listed_at TEXT NOT NULL,
    published_at TEXT,
    reading_minutes INTEGER,
    path TEXT,
    lead TEXT,
    etag TEXT,
    body BLOB,
    gzip BLOB,
    PRIMARY KEY (article_id, rendition)
);
CREATE INDEX story_front ON story (rendition, shown, language, listed_at DESC);

-- Every path an article ever had: an old address leads to the new one, or to the notice.
CREATE TABLE address (
    path TEXT PRIMARY KEY,
    article_id TEXT NOT NULL,
    rendition TEXT NOT NULL
) WITHOUT ROWID;

-- The pictures shown pages refer to; those of a withdrawn story are not served any more.
CREATE TABLE picture (
    article_id TEXT NOT NULL,
    rendition TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (article_id, rendition, sha256)
) WITHOUT ROWID;
CREATE INDEX picture_digest ON picture (sha256);

CREATE TABLE media (
    sha256 TEXT PRIMARY KEY,
    media_type TEXT NOT NULL,
    content BLOB NOT NULL
);

-- Which comments stand under a story. Their words are in the pages; a second copy would only be one more to delete.
CREATE TABLE comment (
    article_id TEXT NOT NULL,
    comment_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    PRIMARY KEY (article_id, comment_id)
) WITHOUT ROWID;

CREATE TABLE thread (
    article_id TEXT PRIMARY KEY,
    hidden_through INTEGER NOT NULL
) WITHOUT ROWID;

-- Receipts still to be sent; a row leaves when Redis has it.
CREATE TABLE receipt (
    number INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    article_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    sequence INTEGER NOT NULL
);
