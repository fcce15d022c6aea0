-- Which run of ids the log is in. A cursor of another run, of a store in memory that was begun anew
-- or of a log that was cleared, means nothing.
CREATE TABLE log_run (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    run      INTEGER NOT NULL
) STRICT;
-- SQLite draws it, not the scenario's seed: two runs must differ where all else is the same.
INSERT INTO log_run VALUES (1, abs(random() % 4294967295) + 1);
