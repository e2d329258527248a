-- name: make
-- A new key of an active person.
INSERT INTO access_keys (id, sealed_secret, person_id)
SELECT $1, $2, id FROM people WHERE id = $3 AND disabled_at IS NULL
RETURNING id;

-- name: get
-- A key that is not disabled, with its active person, and whether its use within this hour is still to be noted.
SELECT k.sealed_secret, p.id, p.email, p.name, p.role, p.worker_id, p.teams,
    k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 hour' AS unnoted
FROM access_keys k
JOIN active_people p ON p.id = k.person_id
WHERE k.id = $1 AND k.disabled_at IS NULL;

-- name: note_use
-- The key is in use.
UPDATE access_keys SET last_used_at = now() WHERE id = $1;

-- name: disable
-- Refuses a key from now on; whose it is, and whether it was refused before.
UPDATE access_keys k SET disabled_at = coalesce(k.disabled_at, now())
FROM (SELECT id, disabled_at IS NOT NULL AS before FROM access_keys WHERE id = $1 FOR UPDATE) AS old
WHERE k.id = old.id
RETURNING k.person_id, old.before;

-- name: list_page
-- Keys, newest first. $1 $2 the last of the page before $3 how many
SELECT k.id, k.created_at, k.disabled_at, k.last_used_at, p.id AS person_id, p.email, p.name,
    p.disabled_at IS NOT NULL AS person_disabled
FROM access_keys k JOIN people p ON p.id = k.person_id
WHERE $1::timestamptz IS NULL OR (k.created_at, k.id) < ($1, $2)
ORDER BY k.created_at DESC, k.id DESC
LIMIT $3;

-- name: one
-- One key, as list_page has it.
SELECT k.id, k.created_at, k.disabled_at, k.last_used_at, p.id AS person_id, p.email, p.name,
    p.disabled_at IS NOT NULL AS person_disabled
FROM access_keys k JOIN people p ON p.id = k.person_id
WHERE k.id = $1;
