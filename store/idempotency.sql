-- name: claim
-- Takes a key for a call; no row where another call has it. Keys are kept for a day; a call that died keeps its for $4 s.
-- $1 person $2 key $3 SHA-256 of the request
WITH old AS (
    DELETE FROM idempotency_keys
    WHERE at < now() - interval '24 hours' AND (person_id, key) <> ($1, $2::text)
)
INSERT INTO idempotency_keys AS k (person_id, key, request_sha256) VALUES ($1, $2, $3)
ON CONFLICT (person_id, key) DO UPDATE
    SET request_sha256 = excluded.request_sha256, response = NULL, at = clock_timestamp()
    WHERE k.at < now() - interval '24 hours'
       OR (k.response IS NULL AND k.at < now() - make_interval(secs => $4) AND k.request_sha256 = excluded.request_sha256)
RETURNING at

-- name: first
-- What the call that has the key asked for, and was answered.
SELECT request_sha256, response FROM idempotency_keys WHERE person_id = $1 AND key = $2

-- name: answer
-- Keeps the answer. $4 when the key was claimed
UPDATE idempotency_keys SET response = $3 WHERE person_id = $1 AND key = $2 AND at = $4

-- name: give_up
-- Frees the key of a call that failed. $3 when it was claimed
DELETE FROM idempotency_keys WHERE person_id = $1 AND key = $2 AND at = $3 AND response IS NULL
