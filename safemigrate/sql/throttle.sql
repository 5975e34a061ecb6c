-- name: standbys
-- Every physical standby that streams from this server: how far it has replayed, and how long that took. A role without
-- pg_read_all_stats sees that it is there, and nothing else. A base backup and pg_receivewal replay nothing. WAL that is
-- not flushed yet is not sent yet, and on an idle server may stay so for a while.
SELECT
    coalesce(r.application_name, '') AS name,
    concat_ws(' ', r.application_name, r.client_addr, s.slot_name) AS identity,
    r.state IS NULL AS hidden,
    (pg_catalog.pg_current_wal_flush_lsn() - '0/0')::pg_catalog.int8 AS flushed,
    (r.replay_lsn - '0/0')::pg_catalog.int8 AS replayed,
    coalesce(extract(epoch FROM r.replay_lag), 0)::pg_catalog.float8 AS lag
FROM pg_catalog.pg_stat_replication r
LEFT JOIN pg_catalog.pg_replication_slots s ON s.active_pid = r.pid
WHERE s.slot_type IS DISTINCT FROM 'logical'
  AND (r.state IS NULL OR r.state <> 'backup' AND (r.replay_lsn IS NOT NULL OR r.write_lsn IS NULL));

-- name: wal
-- How many bytes of WAL the server has written since it was made.
SELECT (pg_catalog.pg_current_wal_insert_lsn() - '0/0')::pg_catalog.int8 AS bytes;

-- name: active
-- How many other sessions are at work, parallel workers included. Of a session whose state our role may not see, that it
-- is in a transaction counts: pg_locks hides nothing.
SELECT count(*) AS sessions
FROM pg_catalog.pg_stat_activity a
WHERE a.pid <> pg_catalog.pg_backend_pid()
  AND a.pid <> ALL (%(pids)s::pg_catalog.int4[])
  AND (a.leader_pid IS NULL OR a.leader_pid <> ALL (%(pids)s::pg_catalog.int4[]))
  AND CASE
      WHEN a.backend_type IS NOT NULL
          THEN a.backend_type IN ('client backend', 'parallel worker') AND a.state IN ('active', 'fastpath function call')
      ELSE a.usesysid IS NOT NULL AND EXISTS (
          SELECT FROM pg_catalog.pg_locks l WHERE l.pid = a.pid AND l.locktype = 'virtualxid' AND l.granted
      )
  END;

-- name: paused
-- Who has paused the batches of this scope, since when, and why.
SELECT reason, database_user AS "user", since FROM safemigrate.pause WHERE scope = %(scope)s;

-- name: pause
-- From now on the batches of this scope stand still.
INSERT INTO safemigrate.pause (scope, reason) VALUES (%(scope)s, %(reason)s)
ON CONFLICT (scope) DO UPDATE
SET reason = excluded.reason, database_user = excluded.database_user, since = excluded.since;

-- name: resume
-- They go on.
DELETE FROM safemigrate.pause WHERE scope = %(scope)s;
