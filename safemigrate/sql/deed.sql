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

-- name: leftovers
-- The INVALID indexes that a REINDEX CONCURRENTLY of this index (or of this table) was cut off from: on the same table
-- or its TOAST table, of the same keys, under the index's name (of 63 bytes at most) with _ccnew or _ccold. None while
-- somebody builds an index of that table.
SELECT copy.indisvalid AS valid, copy.indisready AS ready, copy.indrelid::bigint AS relation,
    pg_catalog.pg_get_indexdef(copy.indexrelid) AS definition, false AS building,
    namespace.nspname AS schema, class.relname AS name
FROM pg_catalog.pg_index AS original
JOIN pg_catalog.pg_class AS own ON own.oid = original.indexrelid
JOIN pg_catalog.pg_index AS copy ON copy.indrelid = original.indrelid AND copy.indexrelid <> original.indexrelid
JOIN pg_catalog.pg_class AS class ON class.oid = copy.indexrelid
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
CROSS JOIN LATERAL pg_catalog.regexp_replace(class.relname, '_cc(new|old)[0-9]*$', '') AS stem
WHERE (pg_catalog.to_regclass(%(name)s) IN (original.indexrelid, original.indrelid)
        OR original.indrelid = (SELECT reltoastrelid FROM pg_catalog.pg_class
            WHERE oid = pg_catalog.to_regclass(%(name)s) AND reltoastrelid <> 0))
    AND NOT copy.indisvalid AND stem <> class.relname
    AND (own.relname = stem OR (pg_catalog.octet_length(class.relname::text) = 63
        AND pg_catalog.starts_with(own.relname::text, stem)))
    AND copy.indkey::text = original.indkey::text AND copy.indclass::text = original.indclass::text
    AND copy.indcollation::text = original.indcollation::text AND copy.indoption::text = original.indoption::text
    AND copy.indisunique = original.indisunique
    AND pg_catalog.pg_get_expr(copy.indexprs, copy.indrelid)
        IS NOT DISTINCT FROM pg_catalog.pg_get_expr(original.indexprs, original.indrelid)
    AND pg_catalog.pg_get_expr(copy.indpred, copy.indrelid)
        IS NOT DISTINCT FROM pg_catalog.pg_get_expr(original.indpred, original.indrelid)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index AS progress
        WHERE progress.relid = copy.indrelid AND progress.datname = current_database())
ORDER BY class.relname;
