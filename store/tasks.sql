-- name: get
-- A task with where it is.
SELECT * FROM shown_tasks WHERE id = $1

-- name: find_native
-- The task of a native project that has a name now.
SELECT s.* FROM projects p JOIN tasks t ON t.project_id = p.id JOIN shown_tasks s ON s.id = t.id
WHERE p.name = $1 AND p.deleted_at IS NULL AND t.name = $2 AND t.native AND t.deleted_at IS NULL

-- name: find
-- The tasks of a project that have or had a name, newest first.
SELECT s.* FROM projects p JOIN tasks t ON t.project_id = p.id JOIN shown_tasks s ON s.id = t.id
WHERE p.name = $1 AND t.name = $2
ORDER BY t.created_at DESC, t.id
LIMIT 100

-- name: project
-- The project that has this name now.
SELECT id, kind FROM projects WHERE name = $1 AND deleted_at IS NULL

-- name: list
-- A page of a project's tasks by age. $1 project $2 $3 the last row of the page before or null $4 how many
SELECT s.* FROM tasks t JOIN shown_tasks s ON s.id = t.id
WHERE t.project_id = $1 AND t.deleted_at IS NULL
  AND (t.created_at, t.id) > (coalesce($2::timestamptz, '-infinity'), coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
ORDER BY t.created_at, t.id
LIMIT $4

-- name: list_status
-- The same of one status. $5 status $6 stage or null
SELECT s.* FROM tasks t JOIN shown_tasks s ON s.id = t.id
WHERE t.project_id = $1 AND t.deleted_at IS NULL AND t.state = $5 AND ($6::text IS NULL OR t.stage = $6)
  AND (t.created_at, t.id) > (coalesce($2::timestamptz, '-infinity'), coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
ORDER BY t.created_at, t.id
LIMIT $4

-- name: list_stage
-- The same of the open tasks of a native project in one stage. $5 stage
SELECT s.* FROM tasks t JOIN shown_tasks s ON s.id = t.id
WHERE t.project_id = $1 AND t.deleted_at IS NULL AND t.native AND t.state = 'open' AND t.stage = $5
  AND (t.created_at, t.id) > (coalesce($2::timestamptz, '-infinity'), coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
ORDER BY t.created_at, t.id
LIMIT $4

-- name: list_starved
-- The same of the tasks whose present visit nobody can take. $5 stage or null $6 escalated ones alone
SELECT s.* FROM visits v JOIN tasks t ON t.id = v.task_id AND t.opening = v.opening AND t.visit = v.visit
JOIN shown_tasks s ON s.id = t.id
WHERE v.starved_at IS NOT NULL AND v.closed_at IS NULL AND (NOT $6::boolean OR v.escalated_at IS NOT NULL)
  AND t.project_id = $1 AND t.deleted_at IS NULL AND ($5::text IS NULL OR t.stage = $5)
  AND (t.created_at, t.id) > (coalesce($2::timestamptz, '-infinity'), coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
ORDER BY t.created_at, t.id
LIMIT $4

-- name: list_escalated
-- The same of the tasks whose present visit only managers give out. $5 stage or null
SELECT s.* FROM visits v JOIN tasks t ON t.id = v.task_id AND t.opening = v.opening AND t.visit = v.visit
JOIN shown_tasks s ON s.id = t.id
WHERE v.escalated_at IS NOT NULL AND v.closed_at IS NULL
  AND t.project_id = $1 AND t.deleted_at IS NULL AND ($5::text IS NULL OR t.stage = $5)
  AND (t.created_at, t.id) > (coalesce($2::timestamptz, '-infinity'), coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
ORDER BY t.created_at, t.id
LIMIT $4

-- name: answers
-- All answers that were ever accepted for a task, also those that are not in its output.
SELECT v.opening, v.visit, v.stage, a.slot, person.worker_id, s.content, s.decision, s.comment, s.accepted_at, s.submitted_at,
       s.active_seconds
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
