-- Version 4: the signed index of each day, as it was when it was made; ids and numbers, nothing a story said.
CREATE TABLE day_index (
    day TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    signature TEXT NOT NULL
) WITHOUT ROWID;
