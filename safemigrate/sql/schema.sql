-- The journal. Created once, in one transaction, and never altered while in use: a new shape gets a new version row
-- and new tables. Nothing of the application's is referenced, so creating it locks nothing of the application's.

CREATE SCHEMA IF NOT EXISTS safemigrate;

CREATE TABLE safemigrate.schema_version (
    version integer PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO safemigrate.schema_version (version) VALUES (1);

-- One invocation of upgrade, downgrade or rollback. state is also the fence: a step is only journalled while its run
-- is 'running', and whoever takes over marks the run before it as 'lost' first.
CREATE TABLE safemigrate.run (
    id text PRIMARY KEY,
    scope text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('upgrade', 'downgrade', 'rollback', 'stamp')),
    target text NOT NULL,
    state text NOT NULL DEFAULT 'running'
        CHECK (state IN ('running', 'done', 'failed', 'paused', 'rolled back', 'interrupted', 'lost')),
    database_user text NOT NULL DEFAULT session_user,
    host text NOT NULL,
    version text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz
);
CREATE INDEX ON safemigrate.run (scope, started_at);

-- One execution of one revision in one direction; a revision that is upgraded, downgraded and upgraded has three.
CREATE TABLE safemigrate.execution (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run text NOT NULL REFERENCES safemigrate.run (id),
    scope text NOT NULL,
    revision text NOT NULL,
    direction text NOT NULL,
    mode text NOT NULL CHECK (mode IN ('steps', 'whole')),
    source text NOT NULL,
    reads boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'started'
        CHECK (state IN ('started', 'done', 'paused', 'undoing', 'undone', 'taken back')),
    error text,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz
);
CREATE INDEX ON safemigrate.execution (scope, revision);

-- One step. Its state changes in the step's own transaction, so 'done' means done. A command that PostgreSQL refuses
-- in a transaction block writes 'intent' before and is verified by the catalog after. A setting of the session (kind
-- 'session') stays 'planned': it is no change, and is here so that a resume can go by the journal alone.
-- original is the statement of the revision that the step is a part of, original_occurrence tells equal ones apart, and
-- family names the rewrite; NULL for a statement that is run as it is written. batch says how a batched step is cut.
CREATE TABLE safemigrate.step (
    execution bigint NOT NULL REFERENCES safemigrate.execution (id),
    ordinal integer NOT NULL,
    fingerprint text NOT NULL,
    occurrence integer NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    sql text NOT NULL,
    origin text,
    original text,
    original_occurrence integer,
    family text,
    batch jsonb,
    undo jsonb,
    undone_statements integer NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'intent', 'done', 'undone', 'kept')),
    attempts integer NOT NULL DEFAULT 0,
    waited double precision,
    held double precision,
    stall double precision,
    worst_wait double precision,
    started_at timestamptz,
    finished_at timestamptz,
    PRIMARY KEY (execution, fingerprint, occurrence)
);

-- One range of a batched step, in the order of its key (or of pages): (low, high], NULL for no bound. done_to is the key
-- up to which its rows are done, written in the same transaction as they. Values are texts that the key's types read.
-- rows_still are those of the changed rows that meet the statement's condition all the same.
CREATE TABLE safemigrate.batch_range (
    execution bigint NOT NULL,
    fingerprint text NOT NULL,
    occurrence integer NOT NULL,
    ordinal integer NOT NULL,
    pass integer NOT NULL DEFAULT 1,
    low text[],
    high text[],
    done_to text[],
    finished boolean NOT NULL DEFAULT false,
    rows_changed bigint NOT NULL DEFAULT 0,
    rows_still bigint NOT NULL DEFAULT 0,
    batches bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (execution, fingerprint, occurrence, pass, ordinal),
    FOREIGN KEY (execution, fingerprint, occurrence) REFERENCES safemigrate.step
);

-- A row that somebody had locked when its batch passed by, and that is to be visited again.
CREATE TABLE safemigrate.batch_skipped (
    execution bigint NOT NULL,
    fingerprint text NOT NULL,
    occurrence integer NOT NULL,
    key text[] NOT NULL,
    PRIMARY KEY (execution, fingerprint, occurrence, key),
    FOREIGN KEY (execution, fingerprint, occurrence) REFERENCES safemigrate.step
);

-- Batches of this scope stand still while there is a row.
CREATE TABLE safemigrate.pause (
    scope text PRIMARY KEY,
    reason text NOT NULL,
    database_user text NOT NULL DEFAULT session_user,
    since timestamptz NOT NULL DEFAULT clock_timestamp()
);
