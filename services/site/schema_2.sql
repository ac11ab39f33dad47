-- Version 2: more renditions, their signatures, what presses them, and who replaces whom. Nothing that is shown is read again:
-- the streams that are new have no cursor yet and so begin at 0.
ALTER TABLE story ADD COLUMN supersedes TEXT;
ALTER TABLE story ADD COLUMN signature TEXT;
-- The key of the body as brotli, and its bytes once they were fetched and checked.
ALTER TABLE story ADD COLUMN br_ref TEXT;
ALTER TABLE story ADD COLUMN br BLOB;
CREATE INDEX story_supersedes ON story (supersedes, rendition) WHERE supersedes IS NOT NULL;

-- Shown, and not replaced by a story that is shown; two that replace each other both stay.
CREATE VIEW listed AS SELECT s.* FROM story s WHERE s.shown AND NOT EXISTS (
    SELECT 1 FROM story n WHERE n.supersedes = s.article_id AND n.rendition = s.rendition AND n.shown
    AND n.article_id <> s.article_id AND s.supersedes IS NOT n.article_id
);
