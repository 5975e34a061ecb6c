-- What batched steps read and write besides the table itself; their batches are put together in backfill/keyset.py.

-- name: table
-- The table of a batched statement: about how large it is with its partitions, and whether the columns that are set are
-- ones that a foreign key could refer to.
WITH RECURSIVE below (oid) AS (
    SELECT pg_catalog.to_regclass(%(name)s)::oid
    UNION
    SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN below b ON i.inhparent = b.oid
), size AS (
    SELECT sum(pages)::bigint AS pages,
           sum(pages * CASE WHEN c.reltuples >= 0 AND c.relpages > 0 THEN c.reltuples / c.relpages ELSE 50 END)::bigint
           AS rows
    FROM below b
    JOIN pg_catalog.pg_class c ON c.oid = b.oid AND c.relkind = 'r',
    LATERAL (SELECT ceil(pg_catalog.pg_relation_size(c.oid) / current_setting('block_size')::float)) s (pages)
)
SELECT c.oid::bigint AS oid, n.nspname AS schema, c.relname AS name,
       greatest(size.pages, 1) AS pages, greatest(size.rows, 1) AS rows,
       EXISTS (
           SELECT FROM pg_catalog.pg_index i
           JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
           WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate AND i.indpred IS NULL
             AND a.attname = ANY (%(columns)s::text[])
       ) AS sets_key
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN size
WHERE c.oid = pg_catalog.to_regclass(%(name)s);

-- name: columns
-- The columns of a table with their types; a domain's values are written as those of its base type.
WITH RECURSIVE type (number, oid, base, kind) AS (
    SELECT a.attnum, t.oid, t.typbasetype, t.typtype
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = %(oid)s AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT type.number, t.oid, t.typbasetype, t.typtype
    FROM type JOIN pg_catalog.pg_type t ON t.oid = type.base WHERE type.kind = 'd'
)
SELECT a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, t.typname AS base,
       a.attgenerated <> '' AS generated
FROM type
JOIN pg_catalog.pg_attribute a ON a.attrelid = %(oid)s AND a.attnum = type.number
JOIN pg_catalog.pg_type t ON t.oid = type.oid
WHERE type.kind <> 'd'
ORDER BY a.attnum;

-- name: lock_run
-- The fence: no row when another run has taken over, and then nothing of this transaction may be committed.
SELECT 1 FROM safemigrate.run WHERE id = %(run)s AND state = 'running' FOR SHARE;

-- name: add_range
INSERT INTO safemigrate.batch_range (execution, fingerprint, occurrence, pass, ordinal, low, high, done_to)
VALUES (%(execution)s, %(fingerprint)s, %(occurrence)s, %(pass)s, %(ordinal)s, %(low)s, %(high)s, %(low)s);

-- name: ranges
-- The ranges of one step, in the order in which they were made.
SELECT pass, ordinal, low, high, done_to, finished, rows_changed, rows_still, batches
FROM safemigrate.batch_range
WHERE execution = %(execution)s AND fingerprint = %(fingerprint)s AND occurrence = %(occurrence)s
ORDER BY pass, ordinal;

-- name: advance_range
-- In the batch's own transaction. No row comes back when the run was fenced off, or when the range is not where the
-- batch has begun: the transaction must not commit.
UPDATE safemigrate.batch_range
SET done_to = %(done_to)s, finished = %(finished)s, rows_changed = rows_changed + %(changed)s,
    rows_still = rows_still + %(still)s, batches = batches + 1
FROM (SELECT 1 FROM safemigrate.run WHERE id = %(run)s AND state = 'running' FOR SHARE) AS fence
WHERE execution = %(execution)s AND fingerprint = %(fingerprint)s AND occurrence = %(occurrence)s
  AND pass = %(pass)s AND ordinal = %(ordinal)s AND NOT finished AND done_to IS NOT DISTINCT FROM %(begun_at)s
RETURNING 1;

-- name: some_skipped
-- Keys of rows that somebody had locked when their batch passed by.
SELECT key FROM safemigrate.batch_skipped
WHERE execution = %(execution)s AND fingerprint = %(fingerprint)s AND occurrence = %(occurrence)s
ORDER BY key LIMIT 100;

-- name: skipped_count
-- How many rows are still to be visited again.
SELECT count(*) FROM safemigrate.batch_skipped
WHERE execution = %(execution)s AND fingerprint = %(fingerprint)s AND occurrence = %(occurrence)s;

-- name: take_skipped
-- Keys that are visited now, the next after the last ones; what is locked again comes back in the same transaction.
WITH taken AS (
    DELETE FROM safemigrate.batch_skipped AS skipped
    USING (
        SELECT key FROM safemigrate.batch_skipped
        WHERE execution = %(execution)s AND fingerprint = %(fingerprint)s AND occurrence = %(occurrence)s
          AND (%(after)s::text[] IS NULL OR key > %(after)s::text[])
        ORDER BY key LIMIT %(most)s
    ) AS chosen
    WHERE execution = %(execution)s AND fingerprint = %(fingerprint)s AND occurrence = %(occurrence)s
      AND skipped.key = chosen.key
    RETURNING skipped.key
)
SELECT key FROM taken ORDER BY key;

-- name: count_rows
-- Rows that were changed on a later visit, added to those of the first range.
UPDATE safemigrate.batch_range
SET rows_changed = rows_changed + %(changed)s, rows_still = rows_still + %(still)s, batches = batches + 1
FROM (SELECT 1 FROM safemigrate.run WHERE id = %(run)s AND state = 'running' FOR SHARE) AS fence
WHERE execution = %(execution)s AND fingerprint = %(fingerprint)s AND occurrence = %(occurrence)s
  AND pass = 1 AND ordinal = 0
RETURNING 1;

-- name: old_images
-- Images of steps that ended longer ago than they are kept for; only tables that our own journal names.
SELECT c.relname AS name
FROM safemigrate.step
JOIN safemigrate.execution ON execution.id = step.execution
JOIN pg_catalog.pg_class c ON c.relname = 'image_' || step.execution || '_' || step.ordinal
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'safemigrate'
WHERE step.batch IS NOT NULL AND execution.scope = %(scope)s
  AND execution.state IN ('done', 'undone', 'taken back')
  AND execution.finished_at < clock_timestamp() - make_interval(secs => %(older)s)
ORDER BY step.execution, step.ordinal LIMIT 100;

-- name: grantees
-- Who may do anything with a table besides its owner, as GRANT and REVOKE name him.
SELECT DISTINCT CASE acl.grantee WHEN 0 THEN 'PUBLIC'
                ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(acl.grantee)) END
FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) acl
WHERE c.oid = pg_catalog.to_regclass(%(name)s) AND acl.grantee <> c.relowner;

-- name: image_extent
-- How many pages the image of a step has, and about how many rows are on one of them.
SELECT pages, CASE WHEN c.reltuples > 0 AND c.relpages > 0 THEN ceil(c.reltuples / c.relpages) ELSE 100 END::integer
FROM pg_catalog.pg_class c,
     LATERAL (SELECT ceil(pg_catalog.pg_relation_size(c.oid) / current_setting('block_size')::float)::bigint) s (pages)
WHERE c.oid = pg_catalog.to_regclass(%(name)s);

-- name: in_the_way
-- Sessions that our workers wait for now, with the tables that both have locked: it is a row of one of these.
SELECT DISTINCT theirs.pid, theirs.relation::bigint
FROM pg_catalog.unnest(%(pids)s::integer[]) AS worker (pid)
CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(worker.pid)) AS holder (pid)
JOIN pg_catalog.pg_locks ours ON ours.pid = worker.pid AND ours.locktype = 'relation' AND ours.granted
JOIN pg_catalog.pg_locks theirs ON theirs.pid = holder.pid AND theirs.locktype = 'relation' AND theirs.granted
    AND theirs.relation = ours.relation AND theirs.database = ours.database
JOIN pg_catalog.pg_class c ON c.oid = theirs.relation AND c.relkind IN ('r', 'p')
LIMIT 100;

-- name: holders
-- Sessions whose transactions have locked or changed the rows that these xmax are of.
SELECT DISTINCT l.pid
FROM pg_catalog.pg_locks l
WHERE l.locktype = 'transactionid' AND l.granted AND l.transactionid::text = ANY (%(xids)s::text[]) AND l.pid IS NOT NULL;
