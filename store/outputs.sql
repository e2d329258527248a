-- name: task
-- What stands around the answers of an opening.
SELECT t.name AS task_name, t.created_at, t.output_stamp, p.name AS project, p.output_path, p.arn_base, i.content AS input
FROM tasks t JOIN projects p ON p.id = t.project_id JOIN task_inputs i ON i.task_id = t.id
WHERE t.id = $1

-- name: answers
-- The answers of the last closed visit, by slot: fixed from the moment that it closed.
SELECT s.content, s.accepted_at, s.submitted_at, s.active_seconds, person.worker_id, person.id AS person_id
FROM visits v JOIN assignments a ON a.visit_id = v.id
JOIN submissions s ON s.assignment_id = a.id
JOIN people person ON person.id = s.person_id
WHERE v.task_id = $1 AND v.opening = $2 AND v.closed_at IS NOT NULL
  AND v.visit = (SELECT max(l.visit) FROM visits l WHERE l.task_id = $1 AND l.opening = $2)
ORDER BY a.slot

-- name: finish
-- Records how an opening ended, once, with the event; nothing where that was done before.
-- $1 task $2 opening $3 state $4 output $5 failure code $6 failure reason
WITH ended AS (
    UPDATE tasks
    SET state = $3, output_uri = $4, failure_code = $5, failure_reason = $6, ended_at = date_trunc('milliseconds', now())
    WHERE id = $1 AND opening = $2 AND ended_at IS NULL
    RETURNING id
), recorded AS (
    SELECT record_status(id, NULL) FROM ended
)
SELECT count(*) FROM recorded
