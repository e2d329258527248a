-- name: create_table
-- Where migrations are noted.
CREATE TABLE IF NOT EXISTS schema_migrations (
    version    integer PRIMARY KEY,
    name       text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)

-- name: lock
-- One migrator at a time, until the end of its connection; false where another is at it.
SELECT pg_try_advisory_lock(7205346120)

-- name: applied
-- The newest that was applied.
SELECT coalesce(max(version), 0) FROM schema_migrations

-- name: table_exists
-- Whether any was applied ever.
SELECT to_regclass('schema_migrations') IS NOT NULL

-- name: record
-- Notes one.
INSERT INTO schema_migrations (version, name) VALUES ($1, $2)
