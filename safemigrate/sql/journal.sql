-- name: journal_version
-- Whether there is a journal; to_regclass would ask for a right on its schema.
SELECT EXISTS (
    SELECT FROM pg_catalog.pg_class AS class JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = relnamespace
    WHERE nspname = 'safemigrate' AND relname = 'schema_version'
) AS present;

-- name: open_run
-- A run begins; its id is in our application_name.
INSERT INTO safemigrate.run (id, scope, direction, target, host, version)
VALUES (%(id)s, %(scope)s, %(direction)s, %(target)s, %(host)s, %(version)s);

-- name: fence_older_runs
-- Whoever holds the one-at-a-time lock marks every earlier run that never ended: it can journal nothing any more.
UPDATE safemigrate.run SET state = 'lost', finished_at = clock_timestamp()
WHERE scope = %(scope)s AND state = 'running' AND id <> %(id)s
RETURNING id;

-- name: close_run
UPDATE safemigrate.run SET state = %(state)s, finished_at = clock_timestamp() WHERE id = %(id)s AND state = 'running';

-- name: run_state
SELECT state FROM safemigrate.run WHERE id = %(id)s;

-- name: recent_runs
SELECT id, direction, target, state, database_user, host, started_at, finished_at
FROM safemigrate.run WHERE scope = %(scope)s ORDER BY started_at DESC LIMIT %(limit)s;

-- name: run_ids
-- Every run id of this scope, to tell our own orphans from other people's sessions.
SELECT id FROM safemigrate.run WHERE scope = %(scope)s ORDER BY started_at DESC LIMIT 1000;

-- name: open_execution
-- An execution begins, with all its steps as planned.
WITH opened AS (
    INSERT INTO safemigrate.execution (run, scope, revision, direction, mode, source, reads)
    VALUES (%(run)s, %(scope)s, %(revision)s, %(direction)s, %(mode)s, %(source)s, %(reads)s)
    RETURNING id
), planned AS (
    INSERT INTO safemigrate.step (execution, ordinal, fingerprint, occurrence, kind, title, sql, origin,
        original, original_occurrence, family, batch, undo)
    SELECT opened.id, step.*
    FROM opened, json_to_recordset(%(steps)s::json) AS step (
        ordinal integer, fingerprint text, occurrence integer, kind text, title text, sql text, origin text,
        original text, original_occurrence integer, family text, batch jsonb, undo jsonb
    )
)
SELECT id FROM opened;

-- name: adopt_execution
-- A later run goes on with an execution that an earlier one left.
UPDATE safemigrate.execution SET run = %(run)s, state = %(state)s, source = %(source)s, error = NULL,
    finished_at = NULL
WHERE id = %(id)s;

-- name: add_steps
INSERT INTO safemigrate.step (execution, ordinal, fingerprint, occurrence, kind, title, sql, origin,
    original, original_occurrence, family, batch, undo)
SELECT %(execution)s, step.*
FROM json_to_recordset(%(steps)s::json) AS step (
    ordinal integer, fingerprint text, occurrence integer, kind text, title text, sql text, origin text,
    original text, original_occurrence integer, family text, batch jsonb, undo jsonb
);

-- name: forget_planned
-- Steps that were planned but never begun give way to the plan of a later run.
DELETE FROM safemigrate.step WHERE execution = %(execution)s AND state = 'planned';

-- name: set_execution
UPDATE safemigrate.execution
SET state = %(state)s, error = %(error)s,
    finished_at = CASE WHEN %(state)s IN ('done', 'undone', 'taken back') THEN clock_timestamp() END
WHERE id = %(id)s;

-- name: unfinished_executions
-- What runs of this scope have left undone, newest first.
SELECT id, run, revision, direction, mode, source, reads, state, error, started_at, finished_at
FROM safemigrate.execution
WHERE scope = %(scope)s AND state IN ('started', 'paused', 'undoing')
ORDER BY id DESC;

-- name: execution
SELECT id, run, revision, direction, mode, source, reads, state, error, started_at, finished_at
FROM safemigrate.execution WHERE id = %(id)s;

-- name: newest_execution
-- The newest execution of a revision, whatever became of it.
SELECT id, run, revision, direction, mode, source, reads, state, error, started_at, finished_at
FROM safemigrate.execution
WHERE scope = %(scope)s AND revision = %(revision)s AND direction = ANY (%(directions)s)
ORDER BY id DESC LIMIT 1;

-- name: recent_executions
SELECT id, run, revision, direction, mode, source, reads, state, error, started_at, finished_at
FROM safemigrate.execution WHERE scope = %(scope)s ORDER BY id DESC LIMIT %(limit)s;

-- name: steps
SELECT ordinal, fingerprint, occurrence, kind, title, sql, origin, original, original_occurrence, family, batch,
    undo, undone_statements, state, attempts, waited, held, stall, worst_wait
FROM safemigrate.step WHERE execution = %(execution)s ORDER BY ordinal;

-- name: step_state
SELECT state, undone_statements FROM safemigrate.step
WHERE execution = %(execution)s AND fingerprint = %(fingerprint)s AND occurrence = %(occurrence)s;

-- name: mark_step
-- In the step's own transaction. No row comes back when the run has been fenced off, or when another session of ours
-- has meanwhile written the same (one that was believed to be gone): the transaction must not commit.
UPDATE safemigrate.step
SET state = %(state)s, undo = coalesce(%(undo)s::jsonb, undo), undone_statements = %(undone_statements)s,
    attempts = %(attempts)s, waited = %(waited)s, held = %(held)s, stall = %(stall)s, worst_wait = %(worst_wait)s,
    started_at = coalesce(started_at, now()), finished_at = clock_timestamp()
FROM (SELECT 1 FROM safemigrate.run WHERE id = %(run)s AND state = 'running' FOR SHARE) AS fence
WHERE execution = %(execution)s AND fingerprint = %(fingerprint)s AND occurrence = %(occurrence)s
    AND (state = 'intent' OR (state, step.undone_statements) <> (%(state)s, %(undone_statements)s))
RETURNING 1;

-- name: was_kept
-- Whether an undone execution of this revision left this step's harmless remains in the database.
SELECT EXISTS (
    SELECT FROM safemigrate.step JOIN safemigrate.execution ON execution.id = step.execution
    WHERE scope = %(scope)s AND revision = %(revision)s AND fingerprint = %(fingerprint)s AND step.state = 'kept'
) AS kept;
