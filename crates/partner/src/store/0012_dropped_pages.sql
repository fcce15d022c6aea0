-- What the log dropped or cleared, still counted by verifications until the next reset.
CREATE TABLE dropped_pages (
    first_id  INTEGER PRIMARY KEY,
    last_id   INTEGER NOT NULL,
    summaries BLOB NOT NULL,
    texts     BLOB NOT NULL
) STRICT;

-- One row: what of that is kept no longer either.
CREATE TABLE forgotten (
    count INTEGER NOT NULL,
    -- When the newest of them began, in micros.
    until INTEGER NOT NULL
) STRICT;
INSERT INTO forgotten (count, until) VALUES (0, 0);
