-- name: claim
-- Claims openings with undelivered messages, running ones before starts, for a relay's lease; their messages in order. A
-- start comes with what the workflow needs for good. A message that is written at this moment comes with the next claim.
-- Its commit waits for no disk, as those of what follows: what a crash forgets of them is claimed or sent once more.
-- $1 relay's token $2 lease in s $3 how many
WITH quick AS MATERIALIZED (
    SELECT set_config('synchronous_commit', 'off', true)
), ready AS (
    SELECT task_id, opening FROM mailbox_heads CROSS JOIN quick
    WHERE dead_at IS NULL AND ready_at <= clock_timestamp()
    ORDER BY starts, ready_at
    LIMIT $3
    FOR UPDATE OF mailbox_heads SKIP LOCKED
), claimed AS (
    UPDATE mailbox_heads h
    SET relay_token = $1, ready_at = clock_timestamp() + make_interval(secs => $2)
    FROM ready
    WHERE h.task_id = ready.task_id AND h.opening = ready.opening
    RETURNING h.task_id, h.opening
)
SELECT m.task_id, m.opening, m.seq, m.kind, m.body, m.created_at AS written_at, t.name AS task_name, t.priority, t.created_at,
       p.id AS project_id, p.name AS project, g.version AS graph_version, g.body AS graph
FROM claimed
JOIN mailbox m USING (task_id, opening)
JOIN tasks t ON t.id = m.task_id
JOIN projects p ON p.id = t.project_id
LEFT JOIN graphs g ON m.kind = 'start' AND g.project_id = p.id AND g.version = t.graph_version
ORDER BY m.task_id, m.opening, m.seq

-- name: delivered
-- Forgets messages up to a number, and their openings where none came meanwhile; how many openings. Whose claim it is
-- does not matter: what was sent was sent, and an opening without a message must not stay.
-- $1 tasks $2 openings $3 last numbers that were sent
WITH quick AS MATERIALIZED (
    SELECT set_config('synchronous_commit', 'off', true)
), sent AS (
    SELECT s.* FROM unnest($1::uuid[], $2::integer[], $3::bigint[]) AS s (task_id, opening, seq) CROSS JOIN quick
), cleared AS (
    DELETE FROM mailbox m USING sent WHERE m.task_id = sent.task_id AND m.opening = sent.opening AND m.seq <= sent.seq
), forgotten AS (
    DELETE FROM mailbox_heads h USING sent
    WHERE h.task_id = sent.task_id AND h.opening = sent.opening AND h.last_seq = sent.seq
    RETURNING h.task_id
)
SELECT count(*) FROM forgotten

-- name: release
-- Gives openings back: more messages came while these were sent, or Temporal was away.
-- $1 tasks $2 openings $3 last numbers that were sent, 0 for none $4 relay's token $5 seconds to wait
UPDATE mailbox_heads h
SET ready_at = clock_timestamp() + make_interval(secs => $5), relay_token = NULL, starts = h.starts AND sent.seq = 0,
    attempts = CASE WHEN sent.seq = 0 THEN h.attempts ELSE 0 END,
    waiting_since = CASE WHEN sent.seq = 0 THEN h.waiting_since ELSE clock_timestamp() END
FROM unnest($1::uuid[], $2::integer[], $3::bigint[]) AS sent (task_id, opening, seq)
WHERE h.task_id = sent.task_id AND h.opening = sent.opening AND h.relay_token = $4

-- name: refused
-- Puts an opening back after a refusal: exponential backoff, dead letter after so many attempts.
-- $1 task $2 opening $3 relay's token $4 error $5 most attempts, null where it never dies
UPDATE mailbox_heads
SET relay_token = NULL, attempts = attempts + 1, last_error = $4,
    ready_at = clock_timestamp() + make_interval(secs => least(300, power(2, least(attempts, 10)))),
    dead_at = CASE WHEN attempts + 1 >= $5::integer THEN now() END
WHERE task_id = $1 AND opening = $2 AND relay_token = $3
RETURNING dead_at IS NOT NULL

-- name: is_over
-- Whether an opening has ended, so that a message for it is only late.
SELECT ended_at IS NOT NULL OR opening > $2 FROM tasks WHERE id = $1

-- name: drop
-- Forgets all messages of an opening that is over.
WITH cleared AS (
    DELETE FROM mailbox WHERE task_id = $1 AND opening = $2
)
DELETE FROM mailbox_heads WHERE task_id = $1 AND opening = $2

-- name: lag
-- Undelivered openings, the age of the oldest in s, and dead letters.
SELECT count(*) FILTER (WHERE dead_at IS NULL) AS waiting,
       coalesce(extract(epoch FROM now() - min(waiting_since) FILTER (WHERE dead_at IS NULL)), 0)::double precision AS oldest_seconds,
       count(*) FILTER (WHERE dead_at IS NOT NULL) AS dead
FROM mailbox_heads

-- name: dead
-- Dead letters, oldest first.
SELECT h.task_id, t.name, p.name AS project, h.opening, h.attempts, h.last_error, h.dead_at
FROM mailbox_heads h JOIN tasks t ON t.id = h.task_id JOIN projects p ON p.id = t.project_id
WHERE h.dead_at IS NOT NULL ORDER BY h.dead_at LIMIT $1

-- name: revive
-- Tries dead letters again, of one task or of all.
UPDATE mailbox_heads SET dead_at = NULL, attempts = 0, ready_at = clock_timestamp()
WHERE dead_at IS NOT NULL AND ($1::uuid IS NULL OR task_id = $1)
RETURNING opening
