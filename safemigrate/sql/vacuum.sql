-- name: table
-- The name of a table, and whether our role may vacuum it (17 made that a right of its own).
SELECT
    n.nspname AS schema,
    c.relname AS name,
    pg_catalog.pg_has_role(c.relowner, 'USAGE')
        OR pg_catalog.pg_has_role((SELECT datdba FROM pg_catalog.pg_database
                                   WHERE datname = pg_catalog.current_database()), 'USAGE')
        OR CASE WHEN pg_catalog.current_setting('server_version_num')::pg_catalog.int4 >= 170000
                THEN pg_catalog.has_table_privilege(c.oid, 'MAINTAIN') ELSE false END AS allowed
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = %(oid)s;

-- name: next_transaction
-- The next transaction id, which counts on past 32 bits.
SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.text::pg_catalog.int8 AS id;

-- name: holder
-- Whose snapshot or transaction keeps dead rows of this database from being removed, the oldest first: a session, a
-- prepared transaction, a standby with hot_standby_feedback. *transactions* is how far back it reaches. Of other roles'
-- sessions we see nothing without pg_read_all_stats.
SELECT who, transactions, seconds
FROM (
    SELECT
        concat_ws(', ', 'pid ' || a.pid,
            nullif(concat_ws('@', nullif(a.usename, ''), nullif(a.application_name, '')), ''),
            coalesce(nullif(a.state, ''), a.backend_type)) AS who,
        greatest(pg_catalog.age(a.backend_xmin), pg_catalog.age(a.backend_xid)) AS transactions,
        extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(a.xact_start, a.backend_start))::pg_catalog.float8
            AS seconds
    FROM pg_catalog.pg_stat_activity a
    WHERE a.pid <> pg_catalog.pg_backend_pid()
      -- The other workers of our run are over in a moment.
      AND a.application_name IS DISTINCT FROM pg_catalog.current_setting('application_name')
      AND (a.datname = pg_catalog.current_database() OR a.backend_type = 'walsender')
      AND a.backend_type <> 'autovacuum worker'
    UNION ALL
    SELECT
        'prepared transaction ' || pg_catalog.quote_literal(p.gid) || ' of ' || p.owner,
        pg_catalog.age(p.transaction),
        extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared)::pg_catalog.float8
    FROM pg_catalog.pg_prepared_xacts p
    WHERE p.database = pg_catalog.current_database()
    UNION ALL
    SELECT 'replication slot ' || s.slot_name, pg_catalog.age(s.xmin), NULL
    FROM pg_catalog.pg_replication_slots s
) held
WHERE transactions IS NOT NULL
ORDER BY transactions DESC
LIMIT 1;
