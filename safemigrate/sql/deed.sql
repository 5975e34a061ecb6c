-- name: lockable
-- Of these relations, the ones that LOCK TABLE takes and that our role may lock in any mode, in the order given.
SELECT class.oid::bigint AS oid, namespace.nspname AS schema, class.relname AS name
FROM unnest(%(oids)s::oid[]) WITH ORDINALITY AS wanted (oid, place)
JOIN pg_catalog.pg_class AS class ON class.oid = wanted.oid
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
WHERE class.relkind IN ('r', 'p') AND pg_catalog.pg_has_role(class.relowner, 'USAGE')
ORDER BY wanted.place;

-- name: index
-- An index by its name: is it valid, is somebody building it at this moment, on which table, and its definition.
SELECT index.indisvalid AS valid, index.indisready AS ready, index.indrelid::bigint AS relation,
    pg_catalog.pg_get_indexdef(index.indexrelid) AS definition,
    EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index AS progress
        WHERE progress.index_relid = index.indexrelid AND progress.datname = current_database()) AS building,
    namespace.nspname AS schema, class.relname AS name
FROM pg_catalog.pg_index AS index
JOIN pg_catalog.pg_class AS class ON class.oid = index.indexrelid
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
WHERE index.indexrelid = pg_catalog.to_regclass(%(name)s);

-- name: relation
SELECT pg_catalog.to_regclass(%(name)s)::oid::bigint AS oid;

-- name: detaching
-- Whether a concurrent DETACH of this partition was begun and not finished.
SELECT inhdetachpending AS pending FROM pg_catalog.pg_inherits
WHERE inhrelid = pg_catalog.to_regclass(%(partition)s) AND inhparent = pg_catalog.to_regclass(%(parent)s);
