-- name: report
-- A problem with a task that somebody works on, with its event; no row where the lease is over.
-- $1 assignment $2 person $3 token $4 text $5 label or null
WITH reported AS (
    INSERT INTO problems (task_id, assignment_id, person_id, text, label)
    SELECT a.task_id, a.id, a.person_id, $4, $5 FROM assignments a
    WHERE a.id = $1 AND a.person_id = $2 AND a.state = 'held' AND a.lease_token = $3 AND a.lease_until > now()
    RETURNING id, task_id, assignment_id
)
SELECT reported.id
FROM reported JOIN assignments a ON a.id = reported.assignment_id JOIN visits v ON v.id = a.visit_id,
     LATERAL record_event(reported.task_id, 'loupe.problem.reported', v.visit, $2, jsonb_build_object('problem', reported.id)) AS event

-- name: own
-- A page of what a person reported, newest first. $1 person $2 $3 the last of the page before $4 how many
SELECT n.id, p.name AS project, q.shown_as AS stage, p.title, n.label, n.text, n.created_at, n.answered_at,
       manager.name AS answered_by, n.answer
FROM problems n
JOIN tasks t ON t.id = n.task_id
JOIN projects p ON p.id = t.project_id
LEFT JOIN assignments a ON a.id = n.assignment_id
LEFT JOIN visits v ON v.id = a.visit_id
LEFT JOIN queues q ON q.id = v.queue_id
LEFT JOIN people manager ON manager.id = n.answered_by
WHERE n.person_id = $1 AND ($2::timestamptz IS NULL OR (n.created_at, n.id) < ($2, $3::uuid))
ORDER BY n.created_at DESC, n.id DESC
LIMIT $4

-- name: of_project
-- A page of a project's problems, newest first. $1 project $2 answered, not answered, or null for both
-- $3 $4 the last of the page before $5 how many
SELECT n.id, p.name AS project, v.stage, p.title, n.label, n.text, n.created_at, n.answered_at,
       manager.name AS answered_by, n.answer, n.task_id, t.name AS task_name, person.name AS by, person.email AS by_email
FROM problems n
JOIN tasks t ON t.id = n.task_id AND t.project_id = $1
JOIN projects p ON p.id = t.project_id
JOIN people person ON person.id = n.person_id
LEFT JOIN assignments a ON a.id = n.assignment_id
LEFT JOIN visits v ON v.id = a.visit_id
LEFT JOIN people manager ON manager.id = n.answered_by
WHERE ($2::boolean IS NULL OR (n.answered_at IS NOT NULL) = $2)
  AND ($3::timestamptz IS NULL OR (n.created_at, n.id) < ($3, $4::uuid))
ORDER BY n.created_at DESC, n.id DESC
LIMIT $5

-- name: answer
-- Answers a problem, with the event; no row where it was answered. $1 problem $2 manager $3 text
WITH answered AS (
    UPDATE problems SET answered_at = now(), answered_by = $2, answer = $3
    WHERE id = $1 AND answered_at IS NULL
    RETURNING id, task_id
)
SELECT id FROM answered, LATERAL record_event(
    task_id, 'loupe.problem.answered', NULL, $2, jsonb_build_object('problem', id)) AS event

-- name: get
-- One problem, as managers see it.
SELECT n.id, p.name AS project, v.stage, p.title, n.label, n.text, n.created_at, n.answered_at,
       manager.name AS answered_by, n.answer, n.task_id, t.name AS task_name, person.name AS by, person.email AS by_email
FROM problems n
JOIN tasks t ON t.id = n.task_id
JOIN projects p ON p.id = t.project_id
JOIN people person ON person.id = n.person_id
LEFT JOIN assignments a ON a.id = n.assignment_id
LEFT JOIN visits v ON v.id = a.visit_id
LEFT JOIN people manager ON manager.id = n.answered_by
WHERE n.id = $1
