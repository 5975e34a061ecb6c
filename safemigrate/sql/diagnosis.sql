-- name: owners
-- Of these relations, the ones whose owner our role cannot act as.
SELECT class.oid::regclass::text AS relation, owner.rolname AS owner
FROM unnest(%(oids)s::oid[]) AS wanted (oid)
JOIN pg_catalog.pg_class AS class ON class.oid = wanted.oid
JOIN pg_catalog.pg_roles AS owner ON owner.oid = class.relowner
WHERE NOT pg_catalog.pg_has_role(class.relowner, 'USAGE');

-- name: schemas
-- Of these schemas (and the one that new objects go to), the ones in which our role may not create.
SELECT nspname AS schema FROM pg_catalog.pg_namespace
WHERE (nspname = ANY (%(schemas)s) OR nspname = current_schema())
    AND nspname NOT LIKE 'pg\_%%' AND nspname <> 'information_schema'
    AND NOT (pg_catalog.has_schema_privilege(oid, 'CREATE') AND pg_catalog.has_schema_privilege(oid, 'USAGE'));
