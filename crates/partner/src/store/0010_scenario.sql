-- The scenario that was put in force last, so that a restart goes on with it.
CREATE TABLE scenario_in_force (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    name     TEXT NOT NULL,
    -- Its file; empty where it comes with the program.
    file     TEXT NOT NULL
) STRICT;

-- Its rules, by name: how often each did something, and whether somebody switched it.
CREATE TABLE rules (
    rule     TEXT PRIMARY KEY,
    hits     INTEGER NOT NULL,
    -- 1 or 0; null for as the file says.
    switched INTEGER
) STRICT, WITHOUT ROWID;

-- Calls that a rule counts, by what it counts them by.
CREATE TABLE rule_calls (
    rule    TEXT NOT NULL,
    subject TEXT NOT NULL,
    calls   INTEGER NOT NULL,
    PRIMARY KEY (rule, subject)
) STRICT, WITHOUT ROWID;
