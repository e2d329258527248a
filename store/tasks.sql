-- name: get
-- A task with where it is; starved while nobody can take its present visit.
SELECT t.id, t.name, p.name AS project, t.state, t.stage, t.visit, t.opening, t.priority, t.created_at, t.ended_at,
       t.stop_requested_at, t.failure_code, t.failure_reason, t.output_uri, v.starved_reason
FROM tasks t JOIN projects p ON p.id = t.project_id
LEFT JOIN visits v ON v.task_id = t.id AND v.opening = t.opening AND v.visit = t.visit AND v.closed_at IS NULL
WHERE t.id = $1

-- name: find
-- The tasks of a project that have or had a name, newest first.
SELECT t.id, t.name, p.name AS project, t.state, t.stage, t.visit, t.opening, t.priority, t.created_at, t.ended_at,
       t.stop_requested_at, t.failure_code, t.failure_reason, t.output_uri, v.starved_reason
FROM tasks t JOIN projects p ON p.id = t.project_id
LEFT JOIN visits v ON v.task_id = t.id AND v.opening = t.opening AND v.visit = t.visit AND v.closed_at IS NULL
WHERE p.name = $1 AND t.name = $2
ORDER BY t.created_at DESC, t.id
LIMIT 100

-- name: answers
-- All answers that were ever accepted for a task, also those that are not in its output.
SELECT v.opening, v.visit, v.stage, a.slot, person.worker_id, s.content, s.accepted_at, s.submitted_at, s.active_seconds
FROM submissions s
JOIN assignments a ON a.id = s.assignment_id
JOIN visits v ON v.id = a.visit_id
JOIN people person ON person.id = s.person_id
WHERE a.task_id = $1
ORDER BY v.opening, v.visit, a.slot

-- name: tally
-- Tasks by project and shown status, for the metrics.
SELECT p.name AS project, human_loop_status(t.state, t.stop_requested_at) AS status, count(*) AS tasks,
       count(*) FILTER (WHERE t.output_uri IS NOT NULL) AS outputs
FROM tasks t JOIN projects p ON p.id = t.project_id
GROUP BY 1, 2

-- name: starved
-- Visits that nobody can take, by project and reason.
SELECT p.name AS project, v.starved_reason AS reason, count(*) AS visits
FROM visits v JOIN queues q ON q.id = v.queue_id JOIN projects p ON p.id = q.project_id
WHERE v.starved_at IS NOT NULL AND v.closed_at IS NULL
GROUP BY p.name, v.starved_reason

-- name: counters
-- Totals that outlive a process.
SELECT name, flow, value FROM counters
