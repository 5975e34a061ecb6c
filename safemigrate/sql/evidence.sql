-- What is asked when a step has failed because of rows: which constraint, and how a row of its table is named.

-- name: table
-- A table by its name, with the columns of its primary key, all its columns, and those whose values need no quotes.
SELECT c.oid::bigint AS oid, n.nspname AS schema, c.relname AS name, c.relkind = 'p' AS partitioned,
       EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid) AS has_children,
       ARRAY(SELECT a.attname::text
             FROM pg_catalog.pg_index i
             CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
             WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts
             ORDER BY k.place) AS key,
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       ARRAY(SELECT a.attname::text
             FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND t.typcategory IN ('B', 'N')) AS plain
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = pg_catalog.to_regclass(%(name)s) AND c.relkind IN ('r', 'p');

-- name: constraint
-- A CHECK or foreign key (one WITH PERIOD apart) as the catalog has it, columns in the order of the constraint;
-- not_null: it is a CHECK that a column is not NULL, and no more.
SELECT pg_catalog.pg_get_expr(k.conbin, k.conrelid) AS condition, k.connoinherit AS only,
       EXISTS (SELECT FROM pg_catalog.pg_attribute a
               WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1] AND k.contype = 'c'
                 AND pg_catalog.pg_get_expr(k.conbin, k.conrelid)
                     = pg_catalog.format('(%%I IS NOT NULL)', a.attname)) AS not_null,
       k.confmatchtype = 'f' AS full, n.nspname AS references_schema, c.relname AS references_name,
       ARRAY(SELECT a.attname::text
             FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS u (number, place)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
             ORDER BY u.place) AS columns,
       ARRAY(SELECT a.attname::text
             FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS u (number, place)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number
             ORDER BY u.place) AS referenced
FROM pg_catalog.pg_constraint k
LEFT JOIN pg_catalog.pg_class c ON c.oid = k.confrelid
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.conrelid = %(oid)s AND k.conname = %(constraint)s
  AND k.contype = CASE %(kind)s WHEN 'check' THEN 'c' WHEN 'foreign key' THEN 'f' END
  AND pg_catalog.pg_get_constraintdef(k.oid) NOT LIKE '%% PERIOD %%';
