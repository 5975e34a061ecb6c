Everything that is asked about locks. pg_locks shows every session's locks to every role, fast-path locks included;
pg_stat_activity hides the state, the transaction's start and the query of other roles' sessions from a role without
pg_read_all_stats, so no query relies on those columns to find a session, only to describe it.

A prepared transaction has no pid: its locks carry the virtualtransaction of the session that prepared it, or "-1/xid"
after a restart. The lock on its own transaction id stands beside them under the same virtualtransaction and names it.

-- name: blockers
-- Who holds, or queues for, a table lock that conflicts with the wanted ones. Two parallel arrays give the wanted
-- relations and, for each, one conflicting mode. Commands that commit within themselves (VACUUM, CREATE INDEX
-- CONCURRENTLY) keep SHARE UPDATE EXCLUSIVE across their transactions: their age counts from the command's start.
WITH locks AS MATERIALIZED (
    SELECT locktype, database, relation, transactionid, virtualtransaction, pid, mode, granted
    FROM pg_catalog.pg_locks
),
conflicting AS MATERIALIZED (
    SELECT l.relation, l.virtualtransaction, l.pid, l.mode, l.granted
    FROM locks l
    JOIN unnest(%(relations)s::pg_catalog.oid[], %(modes)s::pg_catalog.text[]) AS wanted (relation, mode)
      ON l.relation = wanted.relation AND l.mode = wanted.mode
    WHERE l.locktype = 'relation'
      AND l.database IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))
      AND (l.pid IS NULL OR l.pid <> ALL (%(ignore)s::pg_catalog.int4[]))
    LIMIT 1000
)
SELECT
    c.pid,
    p.gid,
    coalesce(a.usename, p.owner, '') AS "user",
    coalesce(a.application_name, '') AS application,
    coalesce(a.client_hostname, host(a.client_addr), '') AS client,
    CASE
        WHEN c.pid IS NULL THEN 'prepared transaction'
        -- Of the processes that work in a database, only autovacuum's have no user, and everybody may see that.
        WHEN a.backend_type IS NULL AND a.pid IS NOT NULL AND a.usesysid IS NULL THEN 'autovacuum worker'
        ELSE coalesce(a.backend_type, '')
    END AS backend_type,
    coalesce(a.state, '') AS state,
    c.mode,
    c.relation AS oid,
    c.relation::pg_catalog.regclass::pg_catalog.text AS relation,
    c.granted,
    extract(
        epoch FROM pg_catalog.clock_timestamp() - CASE
            WHEN c.pid IS NULL THEN p.prepared
            WHEN c.mode = 'ShareUpdateExclusiveLock' AND a.state = 'active' THEN least(a.xact_start, a.query_start)
            ELSE a.xact_start
        END
    )::pg_catalog.float8 AS age,
    c.pid IS NOT NULL AND EXISTS (SELECT FROM locks w WHERE w.pid = c.pid AND NOT w.granted) AS waiting,
    CASE
        WHEN %(redact)s THEN ''
        ELSE pg_catalog.left(coalesce(nullif(a.query, '<insufficient privilege>'), ''), 1000)
    END AS query,
    CASE
        WHEN a.usesysid IS NOT NULL OR c.pid IS NULL THEN false
        WHEN a.backend_type IS NOT NULL THEN a.query LIKE '%%(to prevent wraparound)%%'
        -- Its query is hidden from us: decide as the autovacuum launcher did.
        ELSE coalesce((
            SELECT pg_catalog.age(r.relfrozenxid) > least(
                    pg_catalog.current_setting('autovacuum_freeze_max_age')::pg_catalog.int4,
                    (SELECT o.option_value::pg_catalog.int4 FROM pg_catalog.pg_options_to_table(r.reloptions) o
                     WHERE o.option_name = 'autovacuum_freeze_max_age')
                )
                OR pg_catalog.mxid_age(r.relminmxid) > least(
                    pg_catalog.current_setting('autovacuum_multixact_freeze_max_age')::pg_catalog.int4,
                    (SELECT o.option_value::pg_catalog.int4 FROM pg_catalog.pg_options_to_table(r.reloptions) o
                     WHERE o.option_name = 'autovacuum_multixact_freeze_max_age')
                )
            FROM pg_catalog.pg_class r WHERE r.oid = c.relation AND r.relkind IN ('r', 'm', 't')
        ), false)
    END AS wraparound,
    coalesce((SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.oid = a.usesysid), false) AS superuser,
    coalesce(
        a.backend_type = 'walsender' OR a.backend_type LIKE 'logical replication%%'
        OR a.pid IN (SELECT s.active_pid FROM pg_catalog.pg_replication_slots s)
        OR a.pid IN (SELECT s.pid FROM pg_catalog.pg_stat_subscription s),
        false
    ) AS replication,
    c.virtualtransaction AS transaction,
    a.backend_start
FROM conflicting c
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = c.pid
LEFT JOIN locks x
  ON c.pid IS NULL AND x.pid IS NULL AND x.locktype = 'transactionid' AND x.virtualtransaction = c.virtualtransaction
LEFT JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = x.transactionid
WHERE (c.pid IS NOT NULL OR p.gid IS NOT NULL)
  AND a.backend_type IS DISTINCT FROM 'parallel worker';

-- name: cancel
-- Cancels the query of a session, if it still is the backend that we looked at and holds the lock that we saw, in the
-- same transaction (SHARE UPDATE EXCLUSIVE outlives the transactions of one command).
SELECT pg_catalog.pg_cancel_backend(a.pid)
FROM pg_catalog.pg_stat_activity a
WHERE a.pid = %(pid)s
  AND a.backend_start IS NOT DISTINCT FROM %(backend_start)s
  AND EXISTS (
      SELECT FROM pg_catalog.pg_locks l
      WHERE l.pid = a.pid AND l.locktype = 'relation' AND l.relation = %(oid)s AND l.mode = %(mode)s AND l.granted
        AND (l.virtualtransaction = %(transaction)s OR l.mode = 'ShareUpdateExclusiveLock')
  );

-- name: terminate
-- Ends a session under the same condition.
SELECT pg_catalog.pg_terminate_backend(a.pid)
FROM pg_catalog.pg_stat_activity a
WHERE a.pid = %(pid)s
  AND a.backend_start IS NOT DISTINCT FROM %(backend_start)s
  AND EXISTS (
      SELECT FROM pg_catalog.pg_locks l
      WHERE l.pid = a.pid AND l.locktype = 'relation' AND l.relation = %(oid)s AND l.mode = %(mode)s AND l.granted
        AND (l.virtualtransaction = %(transaction)s OR l.mode = 'ShareUpdateExclusiveLock')
  );

-- name: rights
-- What our role may see and do about other sessions. Before version 18 only a superuser may cancel autovacuum.
SELECT
    r.rolsuper OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS sees_all,
    r.rolsuper OR pg_catalog.pg_has_role('pg_signal_backend', 'USAGE') AS signals,
    r.rolsuper OR EXISTS (
        SELECT FROM pg_catalog.pg_roles s
        WHERE s.rolname = 'pg_signal_autovacuum_worker' AND pg_catalog.pg_has_role(s.oid, 'USAGE')
    ) AS cancels_autovacuum,
    (SELECT setting::pg_catalog.float8 / 1000 FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout')
        AS deadlock_timeout
FROM pg_catalog.pg_roles r
WHERE r.rolname = current_user;

-- name: waiters
-- Who waits for us, directly or behind somebody who does. Costs one look at pg_locks while nobody waits;
-- pg_blocking_pids() is asked only for those that do. The longest waiting come first and are bounded in number.
WITH RECURSIVE waiting AS MATERIALIZED (
    SELECT l.pid, l.waitstart
    FROM pg_catalog.pg_locks l
    WHERE NOT l.granted AND l.pid <> ALL (%(pids)s::pg_catalog.int4[])
    ORDER BY l.waitstart
    LIMIT %(most)s
),
blocked AS MATERIALIZED (
    SELECT w.pid, w.waitstart, pg_catalog.pg_blocking_pids(w.pid) AS blocked_by FROM waiting w
),
behind (pid) AS (
    SELECT b.pid FROM blocked b WHERE b.blocked_by && %(pids)s::pg_catalog.int4[]
    UNION
    SELECT b.pid FROM blocked b JOIN behind ON behind.pid = ANY (b.blocked_by)
)
SELECT
    b.pid,
    coalesce(a.application_name, '') AS application,
    coalesce(extract(epoch FROM pg_catalog.clock_timestamp() - b.waitstart), 0)::pg_catalog.float8 AS seconds,
    CASE
        WHEN %(redact)s THEN ''
        ELSE pg_catalog.left(coalesce(nullif(a.query, '<insufficient privilege>'), ''), 1000)
    END AS query
FROM blocked b
JOIN behind USING (pid)
LEFT JOIN pg_catalog.pg_stat_activity a USING (pid)
ORDER BY seconds DESC, pid;

-- name: build
-- How far the concurrent index build of one session is, and which session it waits for now.
SELECT
    p.pid,
    p.command,
    p.phase,
    p.relid::pg_catalog.regclass::pg_catalog.text AS relation,
    CASE WHEN p.index_relid <> 0 THEN p.index_relid::pg_catalog.regclass::pg_catalog.text ELSE '' END AS index,
    p.lockers_total,
    p.lockers_done,
    p.blocks_total,
    p.blocks_done,
    p.tuples_total,
    p.tuples_done
FROM pg_catalog.pg_stat_progress_create_index p
WHERE p.pid = %(pid)s;

-- name: snapshots
-- Whom a concurrent build waits for, or will: the session that blocks it now (*current*), and the transactions of this
-- database that hold a snapshot or a transaction id from before its current phase. A prepared transaction blocks it too.
SELECT
    a.pid,
    NULL::pg_catalog.text AS gid,
    coalesce(a.usename, '') AS "user",
    coalesce(a.application_name, '') AS application,
    coalesce(a.state, '') AS state,
    extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::pg_catalog.float8 AS age,
    CASE
        WHEN %(redact)s THEN ''
        ELSE pg_catalog.left(coalesce(nullif(a.query, '<insufficient privilege>'), ''), 1000)
    END AS query,
    a.pid = ANY (b.pids) AS current
FROM pg_catalog.pg_stat_activity a
CROSS JOIN (
    SELECT pg_catalog.pg_blocking_pids(pid) AS pids, xact_start
    FROM pg_catalog.pg_stat_activity
    WHERE pid = %(pid)s
) b
WHERE a.pid <> %(pid)s
  AND (
      a.pid = ANY (b.pids)
      OR (
          a.datname = pg_catalog.current_database()
          AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL)
          AND a.xact_start < b.xact_start
      )
  )
UNION ALL
SELECT
    NULL, p.gid, p.owner, '', 'prepared',
    extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared)::pg_catalog.float8,
    '',
    0 = ANY (pg_catalog.pg_blocking_pids(%(pid)s))
FROM pg_catalog.pg_prepared_xacts p
WHERE p.database = pg_catalog.current_database()
ORDER BY current DESC, age DESC NULLS FIRST
LIMIT 20;

-- name: report
-- Everybody in this database who waits for a lock, everybody who makes them wait, and everybody who holds or wants a
-- lock on the given relations (*mentioned*). A session that waits for a row waits for the transaction that wrote it and
-- holds the row's tuple lock meanwhile; the next in line waits for that tuple lock: so the row has a name. There is no
-- tuple lock where it waits for the fate of another transaction's entry in a unique index.
WITH locks AS MATERIALIZED (
    SELECT * FROM pg_catalog.pg_locks
),
activity AS MATERIALIZED (
    SELECT * FROM pg_catalog.pg_stat_activity
),
prepared AS MATERIALIZED (
    SELECT p.gid, p.owner, p.prepared, l.virtualtransaction
    FROM pg_catalog.pg_prepared_xacts p
    JOIN locks l ON l.locktype = 'transactionid' AND l.transactionid = p.transaction AND l.pid IS NULL AND l.granted
    WHERE p.database = pg_catalog.current_database()
),
waiting AS MATERIALIZED (
    SELECT w.*, pg_catalog.pg_blocking_pids(w.pid) AS blocked_by
    FROM (
        SELECT l.*
        FROM locks l
        JOIN activity a ON a.pid = l.pid AND a.datname = pg_catalog.current_database()
        WHERE NOT l.granted
        ORDER BY l.waitstart
        LIMIT 500
    ) w
),
behind_prepared AS MATERIALIZED (
    SELECT DISTINCT w.pid, p.gid
    FROM waiting w
    JOIN locks h
      ON h.pid IS NULL AND h.granted AND h.locktype = w.locktype
     AND (
         h.transactionid = w.transactionid
         OR h.relation = w.relation AND h.database = w.database AND EXISTS (
             SELECT FROM unnest(%(held)s::pg_catalog.text[], %(wanted)s::pg_catalog.text[]) AS conflict (held, wanted)
             WHERE conflict.held = h.mode AND conflict.wanted = w.mode
         )
     )
    JOIN prepared p ON p.virtualtransaction = h.virtualtransaction
    WHERE 0 = ANY (w.blocked_by)
),
relation_locks AS MATERIALIZED (
    SELECT l.pid, l.virtualtransaction, l.relation, l.mode, l.granted,
           l.relation = ANY (%(relations)s::pg_catalog.oid[]) AS mentioned
    FROM locks l
    WHERE l.locktype = 'relation'
      AND l.database IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))
      AND (
          l.relation = ANY (%(relations)s::pg_catalog.oid[])
          OR l.relation IN (SELECT w.relation FROM waiting w WHERE w.locktype = 'relation')
      )
    LIMIT 2000
),
involved (pid) AS (
    SELECT pid FROM waiting
    UNION SELECT unnest(blocked_by) FROM waiting
    UNION SELECT pid FROM relation_locks WHERE mentioned
)
SELECT
    a.pid,
    NULL::pg_catalog.text AS gid,
    array(SELECT DISTINCT b.pid FROM unnest(w.blocked_by) AS b (pid) WHERE b.pid <> 0) AS blocked_by,
    array(SELECT b.gid FROM behind_prepared b WHERE b.pid = a.pid) AS blocked_by_prepared,
    w.locktype,
    w.mode,
    coalesce(r.relation, w.relation)::pg_catalog.regclass::pg_catalog.text AS relation,
    r.page,
    r.tuple,
    extract(epoch FROM pg_catalog.clock_timestamp() - w.waitstart)::pg_catalog.float8 AS waited,
    extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::pg_catalog.float8 AS age,
    coalesce(a.usename, '') AS "user",
    coalesce(a.application_name, '') AS application,
    coalesce(a.backend_type, '') AS backend_type,
    coalesce(a.state, '') AS state,
    CASE
        WHEN %(redact)s THEN ''
        ELSE pg_catalog.left(coalesce(nullif(a.query, '<insufficient privilege>'), ''), 1000)
    END AS query,
    array(
        SELECT DISTINCT l.mode || ' ' || l.relation::pg_catalog.regclass::pg_catalog.text
        FROM relation_locks l
        WHERE l.pid = a.pid AND l.granted
    ) AS holds,
    EXISTS (SELECT FROM relation_locks l WHERE l.pid = a.pid AND l.mentioned) AS mentioned
FROM involved i
JOIN activity a ON a.pid = i.pid
LEFT JOIN waiting w ON w.pid = a.pid
LEFT JOIN LATERAL (
    SELECT t.relation, t.page, t.tuple
    FROM locks t
    WHERE t.pid = w.pid AND t.locktype = 'tuple' AND w.locktype IN ('tuple', 'transactionid')
    ORDER BY t.granted
    LIMIT 1
) r ON true
WHERE a.pid <> pg_catalog.pg_backend_pid()
UNION ALL
SELECT
    NULL, p.gid, '{}', '{}', NULL, NULL, NULL, NULL, NULL, NULL,
    extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared)::pg_catalog.float8,
    p.owner, '', 'prepared transaction', 'prepared', '',
    array(
        SELECT DISTINCT l.mode || ' ' || l.relation::pg_catalog.regclass::pg_catalog.text
        FROM relation_locks l
        WHERE l.virtualtransaction = p.virtualtransaction AND l.pid IS NULL
    ),
    EXISTS (
        SELECT FROM relation_locks l
        WHERE l.virtualtransaction = p.virtualtransaction AND l.pid IS NULL AND l.mentioned
    )
FROM prepared p
WHERE p.gid IN (SELECT b.gid FROM behind_prepared b)
   OR EXISTS (
       SELECT FROM relation_locks l
       WHERE l.virtualtransaction = p.virtualtransaction AND l.pid IS NULL AND l.mentioned
   );

-- name: relation
-- The relation that a name of the command line means, by the session's search_path.
SELECT pg_catalog.to_regclass(%(name)s)::pg_catalog.oid;
