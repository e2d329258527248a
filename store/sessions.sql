-- name: use_login_link
-- Uses up a one-time link; no row where it was used, is over, or belongs to a disabled person.
WITH used AS (
    DELETE FROM login_links WHERE token_hash = $1 RETURNING person_id, expires_at
)
SELECT p.id FROM used JOIN people p ON p.id = used.person_id
WHERE used.expires_at > now() AND p.disabled_at IS NULL;

-- name: start
-- A new session of an active person; their sessions that are over go.
WITH over AS (
    DELETE FROM sessions WHERE person_id = $2 AND expires_at <= now()
), signed_in AS (
    -- Waits for whoever is disabling the person, who then also sees this session.
    UPDATE people SET signed_in_at = now() WHERE id = $2 AND disabled_at IS NULL RETURNING id
)
INSERT INTO sessions (token_hash, person_id, expires_at)
SELECT $1, id, now() + make_interval(secs => $3) FROM signed_in
RETURNING person_id;

-- name: person
-- The active person of a running session.
SELECT p.id, p.email, p.name, p.role, p.worker_id, p.teams
FROM sessions s
JOIN active_people p ON p.id = s.person_id
WHERE s.token_hash = $1 AND s.expires_at > now();

-- name: finish
-- Signs out.
DELETE FROM sessions WHERE token_hash = $1;

-- name: finish_others
-- Ends all sessions of a person but one.
DELETE FROM sessions WHERE person_id = $1 AND token_hash IS DISTINCT FROM $2;

-- name: lock_email
-- Attempts for one e-mail address are counted one after the other.
SELECT pg_advisory_xact_lock(hashtextextended('login ' || lower($1), 0));

-- name: recent_failures
-- Failed attempts within the window of $2 seconds.
SELECT count(*) FROM failed_logins WHERE email = lower($1) AND at > now() - make_interval(secs => $2);

-- name: record_attempt
-- Counts as failed until it succeeds.
INSERT INTO failed_logins (email) VALUES (lower($1));

-- name: forget_old_attempts
-- Attempts that are out of the window of $1 seconds, whoever made them.
DELETE FROM failed_logins WHERE ctid IN (
    SELECT ctid FROM failed_logins WHERE at <= now() - make_interval(secs => $1) LIMIT 100 FOR UPDATE SKIP LOCKED
);

-- name: forget_attempts
-- The right password was given.
DELETE FROM failed_logins WHERE email = lower($1);

-- name: forget_sessions
-- Sessions that are over.
DELETE FROM sessions WHERE expires_at <= now();

-- name: forget_links
-- Login links that nobody used in time.
DELETE FROM login_links WHERE expires_at <= now();
