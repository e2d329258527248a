-- name: make
-- A new key of an active person.
INSERT INTO access_keys (id, sealed_secret, person_id)
SELECT $1, $2, id FROM people WHERE id = $3 AND disabled_at IS NULL
RETURNING id;

-- name: get
-- A key that is not disabled, with its active person.
SELECT k.sealed_secret, p.id, p.email, p.name, p.role, p.worker_id, p.teams
FROM access_keys k
JOIN active_people p ON p.id = k.person_id
WHERE k.id = $1 AND k.disabled_at IS NULL;

-- name: disable
-- Refuses a key from now on.
UPDATE access_keys SET disabled_at = coalesce(disabled_at, now()) WHERE id = $1 RETURNING id;
