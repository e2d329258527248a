-- name: lock
-- People are changed one after the other, so that there is always an administrator and rights are those of the moment.
SELECT pg_advisory_xact_lock(hashtextextended('people', 0))

-- name: add
-- A new person, or the new role of the one with this e-mail address, who may sign in again.
INSERT INTO people (email, name, role)
VALUES ($1, $2, $3)
ON CONFLICT (lower(email)) DO UPDATE SET role = excluded.role, disabled_at = NULL
RETURNING id

-- name: get
-- One active person with the names of the work teams that they belong to.
SELECT p.id, p.email, p.name, p.role, p.worker_id, p.teams
FROM active_people p WHERE p.id = $1

-- name: find
-- One active person with the names of the work teams that they belong to.
SELECT p.id, p.email, p.name, p.role, p.worker_id, p.teams
FROM active_people p WHERE lower(p.email) = lower($1)

-- name: get_by_api_key
-- The active person whose key has this hash, and whether its use within this hour is still to be noted.
SELECT p.id, p.email, p.name, p.role, p.worker_id, p.teams,
    k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 hour' AS unnoted
FROM api_keys k
JOIN active_people p ON p.id = k.person_id
WHERE k.key_hash = $1 AND k.disabled_at IS NULL

-- name: note_api_key
-- The key with this hash is in use.
UPDATE api_keys SET last_used_at = now() WHERE key_hash = $1

-- name: state
-- What events tell of a person.
SELECT name, role, teams, disabled_at IS NOT NULL AS disabled FROM accounts WHERE id = $1

-- name: id_of
-- Whose e-mail address this is.
SELECT id FROM people WHERE lower(email) = lower($1)

-- name: disable
-- Refuses a person everywhere from now on.
UPDATE people SET disabled_at = coalesce(disabled_at, now()) WHERE id = $1 RETURNING id

-- name: end_sign_ins
-- Ends the sessions of a person.
DELETE FROM sessions WHERE person_id = $1

-- name: end_login_links
-- Ends the login links of a person.
DELETE FROM login_links WHERE person_id = $1

-- name: make_login_link
-- Records the hash of a one-time link of an active person, and says when it ends.
INSERT INTO login_links (token_hash, person_id, expires_at)
SELECT $1, id, now() + make_interval(secs => $3) FROM people WHERE id = $2 AND disabled_at IS NULL
RETURNING expires_at

-- name: make_api_key
-- Records the hash of a program's key.
INSERT INTO api_keys (key_hash, person_id, name)
SELECT $1, id, $3 FROM people WHERE id = $2 AND disabled_at IS NULL
RETURNING person_id

-- name: set_password
-- The argon2 hash of a person's new password.
UPDATE people SET password_hash = $2 WHERE id = $1 AND disabled_at IS NULL RETURNING id

-- name: password
-- Identity and password hash of the active person with this e-mail address.
SELECT id, password_hash
FROM people
WHERE lower(email) = lower($1) AND disabled_at IS NULL AND password_hash IS NOT NULL

-- name: record
-- An event of a person. $1 person $2 type $3 who did it $4 data
SELECT record_person_event($1, $2, $3, $4)
