-- Version 3: search, and a secret for the forms.
-- Folded words of the stories that are shown; a row has the number of the row that keeps the story's JSON.
CREATE VIRTUAL TABLE search USING fts5 (title, text, tokenize = "unicode61 remove_diacritics 2");

CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE INDEX story_section ON story (rendition, language, section, listed_at DESC) WHERE shown;
