-- name: project
-- Where a project's outputs go.
SELECT id, output_path FROM projects WHERE name = $1 AND deleted_at IS NULL

-- name: create
-- $1 id $2 project $3 since $4 person $5 URI
INSERT INTO exports (id, project_id, since, created_by, uri) VALUES ($1, $2, $3, $4, $5)
RETURNING id, state, since, created_at, tasks, uri, finished_at, error

-- name: get
-- One export of a project.
SELECT e.id, e.state, e.since, e.created_at, e.tasks, e.uri, e.finished_at, e.error
FROM exports e WHERE e.project_id = $1 AND e.id = $2

-- name: list
-- A page of a project's exports, newest first. $2 the last of the page before
SELECT e.id, e.state, e.since, e.created_at, e.tasks, e.uri, e.finished_at, e.error
FROM exports e
WHERE e.project_id = $1
  AND ($2::uuid IS NULL OR (e.created_at, e.id) < (SELECT l.created_at, l.id FROM exports l WHERE l.project_id = $1 AND l.id = $2))
ORDER BY e.created_at DESC, e.id DESC
LIMIT $3

-- name: claim
-- Takes an export that is nobody's turn, the one that waits longest. $1 token $2 lease in s
WITH next AS (
    SELECT id FROM exports
    WHERE finished_at IS NULL AND ready_at <= now()
      -- No statement of Loupe's runs for as long as a minute; others need not be waited for.
      AND (settled_by <= pg_snapshot_xmin(pg_current_snapshot()) OR created_at < now() - interval '1 minute')
    ORDER BY ready_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE exports e
    SET state = 'running', lease_token = $1, ready_at = now() + make_interval(secs => $2), attempts = e.attempts + 1
    FROM next WHERE e.id = next.id
    RETURNING e.*
)
SELECT c.id, c.lease_token, c.project_id, c.since, c.created_at, c.uri, c.upload_id, c.attempts, c.restarts, c.error,
       coalesce(last.number, 0) AS parts, last.last_ended_at, last.last_task_id
FROM claimed c
LEFT JOIN LATERAL (SELECT * FROM export_parts p WHERE p.export_id = c.id ORDER BY p.number DESC LIMIT 1) AS last ON true

-- name: renew
-- Keeps a turn for longer. $1 export $2 token $3 lease in s
UPDATE exports SET ready_at = now() + make_interval(secs => $3)
WHERE id = $1 AND lease_token = $2 AND finished_at IS NULL
RETURNING true

-- name: completed_tasks
-- The next completed tasks of a project in the order of their ends, with the size of what people and clients sent.
-- Benchmark tasks have no place in an export.
-- $1 project $2 until $3 behind this end (null: from the first on) and $4 behind this task (null: all of that end) $5 limit
SELECT t.id, t.opening, t.ended_at,
       octet_length(i.content)::bigint + coalesce((
           SELECT sum(octet_length(s.content)) FROM assignments a JOIN submissions s ON s.assignment_id = a.id
           WHERE a.task_id = t.id
       ), 0)::bigint AS bytes
FROM tasks t JOIN task_inputs i ON i.task_id = t.id
WHERE t.project_id = $1 AND t.state = 'completed' AND t.deleted_at IS NULL
  AND t.ended_at <= $2
  AND (t.ended_at, t.id)
      > (coalesce($3::timestamptz, '-infinity'), coalesce($4::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
  AND NOT EXISTS (SELECT 1 FROM benchmark_items b WHERE b.input_sha256 = t.input_sha256)
ORDER BY t.ended_at, t.id
LIMIT $5

-- name: begin_upload
-- Notes the upload that parts go to. $1 export $2 token $3 upload
UPDATE exports SET upload_id = $3 WHERE id = $1 AND lease_token = $2 AND finished_at IS NULL
RETURNING true

-- name: add_part
-- Notes an uploaded part. $1 export $2 token $3 number $4 etag $5 tasks $6 $7 the last one's end and id
WITH mine AS (
    UPDATE exports SET tasks = tasks + $5, attempts = 0, error = NULL
    WHERE id = $1 AND lease_token = $2 AND finished_at IS NULL
    RETURNING id
), added AS (
    INSERT INTO export_parts (export_id, number, etag, tasks, last_ended_at, last_task_id)
    SELECT id, $3, $4, $5, $6, $7 FROM mine
    RETURNING export_id
)
SELECT true FROM added

-- name: parts
-- All parts of an export, in order.
SELECT number, etag FROM export_parts WHERE export_id = $1 ORDER BY number

-- name: pass_on
-- Ends a turn: the next one is anybody's. $1 export $2 token
UPDATE exports SET lease_token = NULL, ready_at = now() WHERE id = $1 AND lease_token = $2 AND finished_at IS NULL

-- name: hold_up
-- Ends a turn that failed. $1 export $2 token $3 error $4 pause in s
UPDATE exports SET lease_token = NULL, ready_at = now() + make_interval(secs => $4), error = $3
WHERE id = $1 AND lease_token = $2 AND finished_at IS NULL

-- name: begin_again
-- Forgets all parts: their upload is gone. $1 export $2 token
WITH mine AS (
    UPDATE exports SET upload_id = NULL, tasks = 0, restarts = restarts + 1 WHERE id = $1 AND lease_token = $2 AND finished_at IS NULL
    RETURNING id
)
DELETE FROM export_parts p USING mine WHERE p.export_id = mine.id

-- name: finish
-- The end of an export. $1 export $2 token $3 state $4 tasks beside those of the parts $5 error
UPDATE exports SET state = $3, tasks = tasks + $4, error = $5, finished_at = now(), lease_token = NULL
WHERE id = $1 AND lease_token = $2 AND finished_at IS NULL
