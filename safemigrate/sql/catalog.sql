-- What the plan asks the catalog: how things are before a statement changes them, and which relations it also locks.

-- name: current_schema
-- Where a name without a schema is created.
SELECT pg_catalog.current_schema();

-- name: relation
-- One relation by its name, quoted as in a statement.
SELECT c.oid::bigint AS oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind,
       c.reltuples::bigint AS rows, pg_catalog.pg_get_userbyid(c.relowner) AS owner,
       coalesce(c.reloptions, '{}') AS options, t.spcname AS tablespace, am.amname AS access_method,
       c.relpersistence::text AS persistence, c.relrowsecurity AS row_security,
       c.relforcerowsecurity AS force_row_security, c.relreplident::text AS replica_identity,
       pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound,
       EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid) AS has_children
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
WHERE c.oid = pg_catalog.to_regclass(%(name)s);

-- name: extent
-- About how many rows a relation and its partitions have: pages now, times the density at the last ANALYZE or VACUUM,
-- or of a hundred rows a page where there was none. reltuples alone is what the table was then, -1 for never.
WITH RECURSIVE below (oid) AS (
    SELECT %(oid)s::oid
    UNION
    SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN below b ON i.inhparent = b.oid
)
SELECT coalesce(ceil(sum(
    pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint
    * CASE WHEN c.reltuples >= 0 AND c.relpages > 0 THEN c.reltuples / c.relpages ELSE 100 END
)), 0)::bigint
FROM below b JOIN pg_catalog.pg_class c ON c.oid = b.oid
WHERE c.relkind IN ('r', 'm', 'f');

-- name: descendants
-- The partitions and children of a relation, at any depth, without itself.
WITH RECURSIVE below (oid) AS (
    SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = %(oid)s
    UNION
    SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN below b ON i.inhparent = b.oid
)
SELECT c.oid::bigint AS oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind
FROM below b
JOIN pg_catalog.pg_class c ON c.oid = b.oid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
ORDER BY c.oid LIMIT 10000;

-- name: parents
-- What a relation is a partition or a child of.
SELECT c.oid::bigint AS oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhparent
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE i.inhrelid = %(oid)s
ORDER BY i.inhseqno;

-- name: default_partition
-- The DEFAULT partition of a partitioned table, which ATTACH and CREATE of another one lock.
SELECT c.oid::bigint AS oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind
FROM pg_catalog.pg_partitioned_table p
JOIN pg_catalog.pg_class c ON c.oid = p.partdefid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE p.partrelid = %(oid)s;

-- name: partition_columns
-- The columns that the partitions of a table are told apart by; NULL for an expression.
SELECT a.attname AS name
FROM pg_catalog.pg_partitioned_table p
CROSS JOIN pg_catalog.unnest(p.partattrs::int2[]) AS k (number)
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = k.number AND k.number > 0
LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE p.partrelid = %(oid)s;

-- name: foreign_keys
-- The foreign keys from and to a table, with the other side.
SELECT k.conname AS name, k.conrelid = %(oid)s AS outgoing, k.conkey::int[] AS columns, k.confkey::int[] AS refers_to,
       c.oid::bigint AS oid, n.nspname AS schema, c.relname AS relation, c.relkind::text AS kind
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = CASE WHEN k.conrelid = %(oid)s THEN k.confrelid ELSE k.conrelid END
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'f' AND (k.conrelid = %(oid)s OR k.confrelid = %(oid)s)
ORDER BY k.oid LIMIT 10000;

-- name: column
-- One column of a relation.
SELECT a.attnum AS number, a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression, a.attnotnull AS not_null,
       a.attidentity::text AS identity, a.attgenerated::text AS generated, a.attstorage::text AS storage,
       t.typstorage::text AS type_storage, a.attcompression::text AS compression, a.attstattarget AS statistics,
       coalesce(a.attoptions, '{}') AS options, pg_catalog.col_description(a.attrelid, a.attnum) AS comment,
       CASE WHEN a.attcollation <> t.typcollation THEN
           (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname)
            FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
            WHERE c.oid = a.attcollation)
       END AS collation,
       pg_catalog.pg_get_serial_sequence(%(relation)s, a.attname) AS sequence,
       t.typtype::text AS type_kind
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = %(oid)s AND a.attname = %(column)s AND a.attnum > 0 AND NOT a.attisdropped;

-- name: type_name
-- The server's own spelling of a type, such as "character varying(20)"; NULL where there is no such type.
SELECT pg_catalog.to_regtype(%(type)s)::text;

-- name: not_null_checked
-- Whether a validated check says that a column is not null: SET NOT NULL then reads no row.
SELECT EXISTS (
    SELECT FROM pg_catalog.pg_constraint k
    WHERE k.conrelid = %(oid)s AND k.contype = 'c' AND k.convalidated
      AND pg_catalog.pg_get_constraintdef(k.oid) = pg_catalog.format('CHECK ((%%I IS NOT NULL))', %(column)s::text)
);

-- name: constraint
-- One constraint of a relation, and the index behind it.
SELECT k.oid::bigint AS oid, k.conname AS name, k.contype::text AS kind, k.convalidated AS validated,
       pg_catalog.pg_get_constraintdef(k.oid) AS definition,
       pg_catalog.obj_description(k.oid, 'pg_constraint') AS comment,
       k.conindid::bigint AS index, k.confrelid::bigint AS refers_to, k.condeferrable AS deferrable,
       k.condeferred AS deferred, k.conislocal AS local,
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) ORDER BY a.attnum) AS columns
FROM pg_catalog.pg_constraint k
WHERE k.conrelid = %(oid)s AND k.conname = %(constraint)s;

-- name: checks_on
-- The checks of a table, none of them inherited, that mention one of its columns.
SELECT k.conname AS name FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
WHERE k.conrelid = %(oid)s AND k.contype = 'c' AND k.coninhcount = 0 AND a.attname = %(column)s
ORDER BY 1 LIMIT 1000;

-- name: not_null_constraint
-- The name of the NOT NULL constraint of a column, which PostgreSQL 18 and later keep in the catalog.
SELECT k.conname FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.conrelid = %(oid)s AND k.contype = 'n' AND a.attname = %(column)s;

-- name: check_names
-- Names that a new check, foreign key or not-null constraint of a schema cannot have.
SELECT k.conname FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
WHERE n.nspname = %(schema)s
LIMIT 100000;

-- name: constraint_names
-- Names that a new constraint or index of a schema cannot have.
SELECT k.conname FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
WHERE n.nspname = %(schema)s
UNION
SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %(schema)s
LIMIT 100000;

-- name: parts
-- The indexes and constraints that a table has now, by name: what is new later is told from these.
SELECT c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %(oid)s
UNION
SELECT k.conname FROM pg_catalog.pg_constraint k WHERE k.conrelid = %(oid)s
UNION
SELECT t.tgname FROM pg_catalog.pg_trigger t WHERE t.tgrelid = %(oid)s AND NOT t.tgisinternal
LIMIT 10000;

-- name: goes_with
-- The names that are free again when a table, or one of its columns, is dropped: of its indexes, constraints, sequences.
SELECT n.nspname AS schema, c.relname AS name
FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind IN ('i', 'I', 'S')
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = d.classid AND d.refobjid = %(oid)s
AND (d.refobjsubid = %(column)s OR %(column)s = 0)
UNION
SELECT n.nspname, k.conname
FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_constraint k ON k.oid = d.objid
JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
WHERE d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = %(oid)s
AND (d.refobjsubid = %(column)s OR %(column)s = 0)
LIMIT 10000;

-- name: index
-- One index, with its table and the constraint that it serves.
SELECT c.oid::bigint AS oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind,
       pg_catalog.pg_get_indexdef(i.indexrelid) AS definition, i.indisvalid AS valid,
       i.indisclustered AS clustered, i.indisreplident AS replica_identity,
       tn.nspname AS table_schema, tc.relname AS table_name, tc.oid::bigint AS table_oid, tc.relkind::text AS table_kind,
       (SELECT k.conname FROM pg_catalog.pg_constraint k
        WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x') AND k.conrelid = i.indrelid) AS constraint,
       pg_catalog.obj_description(c.oid, 'pg_class') AS comment, t.spcname AS tablespace
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class tc ON tc.oid = i.indrelid
JOIN pg_catalog.pg_namespace tn ON tn.oid = tc.relnamespace
LEFT JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace
WHERE c.oid = %(oid)s;

-- name: clustered_on
-- The index that a table is clustered on.
SELECT c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %(oid)s AND i.indisclustered;

-- name: view
-- The query of a view, its options, and its columns.
SELECT pg_catalog.pg_get_viewdef(%(oid)s::oid) AS definition, pg_catalog.obj_description(%(oid)s::oid, 'pg_class') AS comment,
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = %(oid)s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns;

-- name: column_comments
-- The comments on the columns of a relation.
SELECT a.attname AS name, d.description AS comment
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_description d ON d.objoid = a.attrelid AND d.objsubid = a.attnum
WHERE a.attrelid = %(oid)s AND d.classoid = 'pg_catalog.pg_class'::regclass AND a.attnum > 0
ORDER BY a.attnum;

-- name: indexes_of
-- The indexes of a relation in the order in which they were made.
SELECT i.indexrelid::bigint AS oid FROM pg_catalog.pg_index i WHERE i.indrelid = %(oid)s ORDER BY i.indexrelid;

-- name: triggers_of
-- The triggers that people made on a relation, and their state.
SELECT t.oid::bigint AS oid, t.tgname AS name, pg_catalog.pg_get_triggerdef(t.oid) AS definition,
       t.tgenabled::text AS enabled, pg_catalog.obj_description(t.oid, 'pg_trigger') AS comment
FROM pg_catalog.pg_trigger t
WHERE t.tgrelid = %(oid)s AND NOT t.tgisinternal
ORDER BY t.tgname;

-- name: rules_of
-- The rules of a relation but for the one that makes a view of it.
SELECT r.oid::bigint AS oid, r.rulename AS name, pg_catalog.pg_get_ruledef(r.oid) AS definition,
       r.ev_enabled::text AS enabled, pg_catalog.obj_description(r.oid, 'pg_rewrite') AS comment
FROM pg_catalog.pg_rewrite r
WHERE r.ev_class = %(oid)s AND r.rulename <> '_RETURN'
ORDER BY r.rulename;

-- name: policies_of
-- The row-level security policies of a table.
SELECT p.oid::bigint AS oid, p.polname AS name, p.polpermissive AS permissive, p.polcmd::text AS command,
       ARRAY(SELECT CASE WHEN r = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(r)) END
             FROM pg_catalog.unnest(p.polroles) r) AS roles,
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS visible,
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS checked,
       pg_catalog.obj_description(p.oid, 'pg_policy') AS comment
FROM pg_catalog.pg_policy p
WHERE p.polrelid = %(oid)s
ORDER BY p.polname;

-- name: function
-- One function or procedure by its name and input types.
SELECT p.oid::bigint AS oid, n.nspname AS schema, p.proname AS name, p.prokind::text AS kind,
       pg_catalog.pg_get_function_identity_arguments(p.oid) AS arguments,
       CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END AS definition,
       pg_catalog.pg_get_userbyid(p.proowner) AS owner, pg_catalog.obj_description(p.oid, 'pg_proc') AS comment
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid = pg_catalog.to_regprocedure(%(signature)s);

-- name: functions_named
-- The functions of a name, for statements that give no argument types.
SELECT p.oid::regprocedure::text AS signature FROM pg_catalog.pg_proc p
WHERE p.oid = pg_catalog.to_regproc(%(name)s);

-- name: type
-- One type by its name: an enum, a domain, a composite or another type.
SELECT t.oid::bigint AS oid, n.nspname AS schema, t.typname AS name, t.typtype::text AS kind,
       pg_catalog.pg_get_userbyid(t.typowner) AS owner, pg_catalog.obj_description(t.oid, 'pg_type') AS comment,
       pg_catalog.format_type(t.typbasetype, t.typtypmod) AS base, t.typnotnull AS not_null, t.typdefault AS expression,
       t.typrelid::bigint AS relation,
       ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.oid = pg_catalog.to_regtype(%(name)s);

-- name: domain_constraints
-- The constraints of a domain.
SELECT k.conname AS name, k.contype::text AS kind, k.convalidated AS validated,
       pg_catalog.pg_get_constraintdef(k.oid) AS definition,
       pg_catalog.obj_description(k.oid, 'pg_constraint') AS comment
FROM pg_catalog.pg_constraint k WHERE k.contypid = %(oid)s
ORDER BY k.conname;

-- name: attributes
-- The attributes of a composite type.
SELECT a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type
FROM pg_catalog.pg_attribute a WHERE a.attrelid = %(oid)s AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum;

-- name: sequence
-- The parameters of a sequence and the column that owns it.
SELECT pg_catalog.format_type(s.seqtypid, NULL) AS type, s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS minimum,
       s.seqmax AS maximum, s.seqcache AS cache, s.seqcycle AS cycle,
       (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) || '.'
               || pg_catalog.quote_ident(a.attname)
        FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_class c ON c.oid = d.refobjid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype = 'a'
          AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0 LIMIT 1) AS owned_by,
       pg_catalog.pg_sequence_last_value(s.seqrelid) AS last_value
FROM pg_catalog.pg_sequence s WHERE s.seqrelid = %(oid)s;

-- name: schema
-- A schema by its name.
SELECT n.oid::bigint AS oid, pg_catalog.pg_get_userbyid(n.nspowner) AS owner,
       pg_catalog.obj_description(n.oid, 'pg_namespace') AS comment
FROM pg_catalog.pg_namespace n WHERE n.nspname = %(name)s;

-- name: extension
-- An extension by its name.
SELECT e.oid::bigint AS oid, e.extversion AS version, pg_catalog.obj_description(e.oid, 'pg_extension') AS comment
FROM pg_catalog.pg_extension e WHERE e.extname = %(name)s;

-- name: statistics
-- An extended statistics object by its schema and name.
SELECT s.oid::bigint AS oid, n.nspname AS schema, s.stxname AS name, pg_catalog.pg_get_statisticsobjdef(s.oid) AS definition,
       pg_catalog.obj_description(s.oid, 'pg_statistic_ext') AS comment, s.stxrelid::bigint AS relation
FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
WHERE s.stxname = %(name)s AND (n.nspname = %(schema)s OR %(schema)s::text IS NULL)
ORDER BY n.nspname = ANY (pg_catalog.current_schemas(true)) DESC LIMIT 1;

-- name: grants_on_relation
-- Who may do what with a relation; the owner's rights included.
SELECT CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(g.grantee)::text END AS grantee,
       lower(g.privilege_type) AS privilege, g.is_grantable AS grantable
FROM pg_catalog.pg_class c,
     pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault(
         CASE WHEN c.relkind = 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner))) g
WHERE c.oid = %(oid)s;

-- name: grants_on_schema
-- Who may do what with a schema.
SELECT CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(g.grantee)::text END AS grantee,
       lower(g.privilege_type) AS privilege, g.is_grantable AS grantable
FROM pg_catalog.pg_namespace n,
     pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) g
WHERE n.oid = %(oid)s;

-- name: grants_on_function
-- Who may call a function.
SELECT CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(g.grantee)::text END AS grantee,
       lower(g.privilege_type) AS privilege, g.is_grantable AS grantable
FROM pg_catalog.pg_proc p,
     pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) g
WHERE p.oid = %(oid)s;

-- name: grants_on_type
-- Who may use a type.
SELECT CASE WHEN g.grantee = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(g.grantee)::text END AS grantee,
       lower(g.privilege_type) AS privilege, g.is_grantable AS grantable
FROM pg_catalog.pg_type t,
     pg_catalog.aclexplode(coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))) g
WHERE t.oid = %(oid)s;

-- name: volatile_functions
-- Those of the named functions that are volatile, or one of several with that name is, or that there is none of.
SELECT f.name FROM pg_catalog.unnest(%(names)s::text[]) AS f (name)
CROSS JOIN LATERAL pg_catalog.string_to_array(f.name, '.') AS part (names)
LEFT JOIN pg_catalog.pg_proc p ON p.proname = part.names[pg_catalog.cardinality(part.names)]
    AND CASE WHEN pg_catalog.cardinality(part.names) > 1
             THEN p.pronamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(part.names[1]))
             ELSE pg_catalog.pg_function_is_visible(p.oid) END
GROUP BY f.name
HAVING NOT coalesce(bool_and(p.provolatile IN ('i', 's')), false);

-- name: functions_that_name
-- Those of the named functions, not of PostgreSQL's own, in whose body the word of a table's name stands.
SELECT DISTINCT f.name FROM pg_catalog.unnest(%(names)s::text[]) AS f (name)
CROSS JOIN LATERAL pg_catalog.string_to_array(f.name, '.') AS part (names)
JOIN pg_catalog.pg_proc p ON p.proname = part.names[pg_catalog.cardinality(part.names)]
WHERE p.pronamespace <> 'pg_catalog'::regnamespace
  AND (pg_catalog.strpos(' ' || pg_catalog.regexp_replace(pg_catalog.lower(p.prosrc), '[^[:alnum:]_]+', ' ', 'g') || ' ',
                         ' ' || pg_catalog.lower(%(table)s) || ' ') > 0
       OR EXISTS (
           SELECT FROM pg_catalog.pg_depend d
           WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid
             AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = %(oid)s
       ));

-- name: related
-- Whether one of two relations is a partition or a child of the other, at any depth.
WITH RECURSIVE below (top, oid) AS (
    SELECT inhparent, inhrelid FROM pg_catalog.pg_inherits WHERE inhparent IN (%(one)s, %(other)s)
    UNION
    SELECT b.top, i.inhrelid FROM pg_catalog.pg_inherits i JOIN below b ON i.inhparent = b.oid
)
SELECT EXISTS (
    SELECT FROM below WHERE (top, oid) IN ((%(one)s::oid, %(other)s::oid), (%(other)s::oid, %(one)s::oid))
) AS related;

-- name: replica_index
-- The index that is a table's replica identity.
SELECT c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %(oid)s AND i.indisreplident;

-- name: partition_tree
-- The partitions of a partitioned table at any depth, each after what it is a partition of.
WITH RECURSIVE below (oid, parent, level) AS (
    SELECT inhrelid, inhparent, 1 FROM pg_catalog.pg_inherits WHERE inhparent = %(oid)s AND NOT inhdetachpending
    UNION ALL
    SELECT i.inhrelid, i.inhparent, b.level + 1 FROM pg_catalog.pg_inherits i JOIN below b ON i.inhparent = b.oid
    WHERE NOT i.inhdetachpending
)
SELECT c.oid::bigint AS oid, b.parent::bigint AS parent, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind
FROM below b
JOIN pg_catalog.pg_class c ON c.oid = b.oid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
ORDER BY b.level, c.oid LIMIT 10000;

-- name: indexes_of_several
-- The indexes of several relations in the order in which they were made; *attached* to one of a partitioned table.
SELECT i.indexrelid::bigint AS oid, i.indrelid::bigint AS "table", i.indisvalid AS valid,
       i.indisexclusion AS exclusion, pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,
       EXISTS (SELECT FROM pg_catalog.pg_inherits p WHERE p.inhrelid = i.indexrelid) AS attached
FROM pg_catalog.pg_index i
WHERE i.indrelid = ANY (%(oids)s)
ORDER BY i.indexrelid LIMIT 100000;

-- name: refreshable
-- Whether a materialized view has been filled, and has a unique index that REFRESH … CONCURRENTLY can go by.
SELECT c.relispopulated AS populated, EXISTS (
    SELECT FROM pg_catalog.pg_index i
    WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate AND i.indisvalid
      AND i.indpred IS NULL AND i.indexprs IS NULL
) AS keyed
FROM pg_catalog.pg_class c WHERE c.oid = %(oid)s;

-- name: partition_key
-- The key of a partitioned table, column by column; *usual*: its operator class and collation are the type's and column's;
-- *exact*: its operators are those of the type itself, not of one that it is seen as (varchar as text).
SELECT p.partstrat::text AS strategy, a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       o.opcdefault AND k.coll IN (0, a.attcollation) AND t.typtype <> 'd' AS usual,
       EXISTS (SELECT FROM pg_catalog.pg_type own
               WHERE own.oid = o.opcintype AND (own.oid = a.atttypid OR own.typtype = 'p')) AS exact
FROM pg_catalog.pg_partitioned_table p
CROSS JOIN LATERAL ROWS FROM (
    pg_catalog.unnest(p.partattrs::int2[]), pg_catalog.unnest(p.partclass::oid[]),
    pg_catalog.unnest(p.partcollation::oid[])
) WITH ORDINALITY AS k (number, opclass, coll, place)
JOIN pg_catalog.pg_opclass o ON o.oid = k.opclass
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = k.number AND k.number > 0
LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE p.partrelid = %(oid)s
ORDER BY k.place;

-- name: partition_bound
-- What the rows of a partition satisfy, because of its bound and those of what it is a partition of; NULL for no partition.
SELECT pg_catalog.pg_get_partition_constraintdef(%(oid)s::oid);

-- name: domain
-- What a type brings into a new column as a domain, or as a domain over domains: constraints, and a default.
WITH RECURSIVE chain AS (
    SELECT t.oid, t.typbasetype, t.typnotnull, t.typdefault, 0 AS depth FROM pg_catalog.pg_type t
    WHERE t.oid = pg_catalog.to_regtype(%(type)s) AND t.typtype = 'd'
    UNION ALL
    SELECT t.oid, t.typbasetype, t.typnotnull, t.typdefault, c.depth + 1
    FROM chain c JOIN pg_catalog.pg_type t ON t.oid = c.typbasetype WHERE t.typtype = 'd'
)
SELECT bool_or(c.typnotnull OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.contypid = c.oid)) AS constrained,
       (SELECT d.typdefault FROM chain d WHERE d.typdefault IS NOT NULL ORDER BY d.depth LIMIT 1) AS expression
FROM chain c HAVING count(*) > 0;

-- name: on_any_update
-- The triggers and rules, of a relation and all below it, that an UPDATE of any column sets off.
WITH RECURSIVE below (oid) AS (
    SELECT %(oid)s::oid
    UNION
    SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN below b ON i.inhparent = b.oid
)
SELECT t.tgname AS name FROM below b JOIN pg_catalog.pg_trigger t ON t.tgrelid = b.oid
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype & 16 <> 0 AND t.tgattr = ''
UNION
SELECT r.rulename FROM below b JOIN pg_catalog.pg_rewrite r ON r.ev_class = b.oid
WHERE r.ev_type = '2' AND r.ev_enabled IN ('O', 'A')
ORDER BY 1 LIMIT 10;

-- name: creator
-- Who owns what is created now, and whether the *owner* of something else in the schema could create it as well.
SELECT current_user AS name, r.rolsuper AS superuser,
       pg_catalog.has_schema_privilege(%(owner)s, %(schema)s, 'CREATE') AS owner_may
FROM pg_catalog.pg_roles r WHERE r.rolname = current_user;

-- name: batchable
-- What about a table may forbid that a statement which sets these columns is cut into batches.
SELECT pg_catalog.row_security_active(c.oid) AS row_security,
       EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.ev_type <> '1') AS rules,
       EXISTS (
           SELECT FROM pg_catalog.pg_partitioned_table p
           JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid
           WHERE p.partrelid = c.oid AND a.attname = ANY (%(columns)s::text[])
             AND (a.attnum = ANY (p.partattrs) OR 0 = ANY (p.partattrs))
       ) AS partition_key,
       EXISTS (
           SELECT FROM pg_catalog.pg_constraint k
           JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
           WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x') AND k.condeferrable
             AND a.attname = ANY (%(columns)s::text[])
       ) AS deferrable,
       EXISTS (
           SELECT FROM pg_catalog.pg_constraint k
           WHERE k.contype = 'f' AND k.conrelid = c.oid AND k.confrelid = c.oid
       ) AS refers_to_itself,
       EXISTS (
           SELECT FROM pg_catalog.pg_constraint k
           JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = ANY (k.confkey)
           WHERE k.contype = 'f' AND k.conrelid = c.oid AND k.confrelid = c.oid
             AND k.confupdtype IN ('c', 'n', 'd') AND a.attname = ANY (%(columns)s::text[])
       ) AS comes_back,
       EXISTS (
           SELECT FROM pg_catalog.pg_attribute a
           WHERE a.attrelid = c.oid AND (a.attgenerated <> '' OR a.attidentity = 'a')
             AND a.attname = ANY (%(columns)s::text[])
       ) AS always_generated,
       EXISTS (
           SELECT FROM pg_catalog.pg_trigger t
           WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 1 = 0
       ) AS statement_triggers
FROM pg_catalog.pg_class c WHERE c.oid = %(oid)s;

-- name: keys
-- The keys that the rows of a table can be gone through along, the primary key first: of unique, valid, immediate and
-- complete B-trees over plain NOT NULL columns in their own order, whose values go to text and back unchanged.
SELECT c.relname AS name, k.columns
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_am m ON m.oid = c.relam AND m.amname = 'btree'
CROSS JOIN LATERAL (
    SELECT array_agg(a.attname::text ORDER BY n) AS columns,
           bool_and(
               a.attnotnull AND i.indoption[n - 1] = 0 AND i.indcollation[n - 1] = a.attcollation AND o.opcdefault
               AND t.typtype IN ('b', 'e', 'd') AND t.typcategory NOT IN ('A', 'C', 'R', 'T')
               AND t.typname NOT IN ('float4', 'float8', 'money')
               AND (t.typtype <> 'd' OR t.typbasetype IN (
                   'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype, 'uuid'::regtype,
                   'text'::regtype, 'varchar'::regtype, 'timestamptz'::regtype))
           ) AS fit
    FROM pg_catalog.generate_series(1, i.indnkeyatts) n
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[n - 1]
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[n - 1]
) k
WHERE i.indrelid = %(oid)s AND i.indisunique AND i.indisvalid AND i.indisready AND i.indimmediate AND i.indpred IS NULL
  AND i.indexprs IS NULL AND k.fit
ORDER BY i.indisprimary DESC, pg_catalog.cardinality(k.columns), i.indexrelid;

-- name: reached
-- The tables whose rows a DELETE of this one's also changes, by ON DELETE CASCADE, SET NULL or SET DEFAULT.
SELECT DISTINCT k.conrelid::regclass::text AS name
FROM pg_catalog.pg_constraint k
WHERE k.confrelid = %(oid)s AND k.contype = 'f' AND k.confdeltype IN ('c', 'n', 'd') AND k.conparentid = 0
ORDER BY 1 LIMIT 100;
