-- name: made
-- The id of a key that was just made.
SELECT id FROM api_keys WHERE key_hash = $1

-- name: disable
-- Refuses a key from now on; whose it is, its name, and whether it was refused before.
UPDATE api_keys k SET disabled_at = coalesce(k.disabled_at, now())
FROM (SELECT id, disabled_at IS NOT NULL AS before FROM api_keys WHERE id = $1 FOR UPDATE) AS old
WHERE k.id = old.id
RETURNING k.person_id, k.name, old.before

-- name: list_page
-- Keys, newest first. $1 $2 the last of the page before $3 how many
SELECT k.id, k.name AS label, k.created_at, k.disabled_at, k.last_used_at, p.id AS person_id, p.email, p.name,
    p.disabled_at IS NOT NULL AS person_disabled
FROM api_keys k JOIN people p ON p.id = k.person_id
WHERE $1::timestamptz IS NULL OR (k.created_at, k.id) < ($1, $2::uuid)
ORDER BY k.created_at DESC, k.id DESC
LIMIT $3

-- name: one
-- One key, as list_page has it.
SELECT k.id, k.name AS label, k.created_at, k.disabled_at, k.last_used_at, p.id AS person_id, p.email, p.name,
    p.disabled_at IS NOT NULL AS person_disabled
FROM api_keys k JOIN people p ON p.id = k.person_id
WHERE k.id = $1
