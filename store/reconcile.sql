-- name: begin
-- Lets one worker look, if nobody began to within $1 s; from when on it has to look, and what time it is.
UPDATE reconciliation SET begun_at = clock_timestamp()
WHERE begun_at <= clock_timestamp() - make_interval(secs => $1)
RETURNING looked_until, begun_at

-- name: looked
-- Everything up to a moment was looked at.
UPDATE reconciliation SET looked_until = $1 WHERE looked_until < $1

-- name: openings
-- The openings that workflow ids may name, which have only the first eight digits of their task's id. One that another
-- followed is over since its task's creation: nothing says when it ended, and that is early enough.
-- $1 first digits $2 openings
SELECT t.id, asked.opening, t.name, p.name AS project,
       CASE WHEN t.opening > asked.opening THEN t.created_at ELSE t.ended_at END AS over_since
FROM unnest($1::text[], $2::integer[]) AS asked (digits, opening)
JOIN tasks t ON t.id BETWEEN (asked.digits || '-0000-0000-0000-000000000000')::uuid
                         AND (asked.digits || '-ffff-ffff-ffff-ffffffffffff')::uuid
            AND t.opening >= asked.opening
JOIN projects p ON p.id = t.project_id

-- name: close_visit
-- Withdraws the assignments of an opening's open visit. Before the task is locked, as submissions do.
SELECT close_visit(task_id, opening, visit, 'cancelled') FROM visits
WHERE task_id = $1 AND opening = $2 AND closed_at IS NULL

-- name: lock
-- Locks a task; its visit in an opening that is its present one, and whether that goes on.
SELECT CASE WHEN opening = $2 THEN visit END AS visit, opening = $2 AND ended_at IS NULL AS goes_on FROM tasks WHERE id = $1 FOR NO KEY UPDATE

-- name: has_open_visit
-- Whether a visit of an opening is open.
SELECT EXISTS (SELECT 1 FROM visits WHERE task_id = $1 AND opening = $2 AND closed_at IS NULL)

-- name: note
-- Writes the event. $1 task $2 type $3 visit $4 data
SELECT record_event($1, $2, $3, NULL, $4)

-- name: is_noted
-- Whether a run's reset has its event. $1 task $2 run
SELECT EXISTS (SELECT 1 FROM events WHERE task_id = $1 AND type = 'loupe.task.reset' AND data ->> 'run_id' = $2)
