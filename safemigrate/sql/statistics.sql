-- What `safemigrate stats` asks a production database: sizes, never rows.

-- name: table_sizes
-- Every table with how many rows and bytes it has, as VACUUM and ANALYZE last counted them: reading the catalog locks no
-- table and waits for nobody. Null where nobody has counted yet. A partitioned table has what its partitions have together.
WITH RECURSIVE tree (root, oid) AS (
    SELECT c.oid, c.oid
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't'
      AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'safemigrate')
    UNION
    SELECT tree.root, i.inhrelid
    FROM tree JOIN pg_catalog.pg_inherits i ON i.inhparent = tree.oid
), part AS (
    SELECT tree.root, c.reltuples AS rows, c.relpages + coalesce(toast.relpages, 0) AS pages,
           (SELECT coalesce(sum(x.relpages), 0)
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
            WHERE i.indrelid = c.oid) AS index_pages
    FROM tree
    JOIN pg_catalog.pg_class c ON c.oid = tree.oid AND c.relkind IN ('r', 'm')
    LEFT JOIN pg_catalog.pg_class toast ON toast.oid = c.reltoastrelid
)
SELECT n.nspname AS schema, c.relname AS name,
       CASE WHEN min(part.rows) >= 0 THEN sum(part.rows)::bigint END AS rows,
       CASE WHEN min(part.rows) >= 0 THEN sum(part.pages)::bigint * size.block END AS bytes,
       CASE WHEN min(part.rows) >= 0 THEN sum(part.index_pages)::bigint * size.block END AS index_bytes
FROM part
JOIN pg_catalog.pg_class c ON c.oid = part.root
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::bigint) size (block)
GROUP BY n.nspname, c.relname, size.block
ORDER BY n.nspname, c.relname;
