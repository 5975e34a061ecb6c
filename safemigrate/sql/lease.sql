-- name: try_lease
-- The one-at-a-time lock of a scope; never waited for in the server, where a waiter would block concurrent builds.
SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('safemigrate:' || %(scope)s, 0)) AS ours;

-- name: lease_holder
-- Who holds it.
SELECT activity.pid, coalesce(activity.usename, '') AS "user", activity.application_name AS application,
    coalesce(host(activity.client_addr), 'local') AS client,
    extract(epoch FROM clock_timestamp() - activity.backend_start)::float8 AS age
FROM pg_catalog.pg_locks AS lock
JOIN pg_catalog.pg_stat_activity AS activity ON activity.pid = lock.pid
WHERE lock.locktype = 'advisory' AND lock.granted AND lock.objsubid = 1
    AND lock.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    AND ((lock.classid::bigint << 32) | lock.objid::bigint)
        = pg_catalog.hashtextextended('safemigrate:' || %(scope)s, 0)
LIMIT 1;

-- name: orphans
-- Sessions of earlier runs whose work may still be going on, by their application_name.
SELECT pid, application_name AS application, left(query, 200) AS query
FROM pg_catalog.pg_stat_activity
WHERE application_name = ANY (%(names)s) AND datname = current_database();

-- name: end_orphan
SELECT pg_catalog.pg_terminate_backend(pid) AS ended
FROM pg_catalog.pg_stat_activity WHERE pid = %(pid)s AND application_name = %(application)s;

-- name: server
-- What kind of server this is, and whether it lets us write.
SELECT pg_catalog.pg_is_in_recovery() AS standby, pg_catalog.pg_backend_pid() AS pid,
    current_setting('transaction_read_only') = 'on' AS read_only, current_database() AS database,
    current_setting('server_version') AS version, current_user AS role;
