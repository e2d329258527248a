-- name: for_intake
-- The label schema of a project; null where it has a template.
SELECT label_schema FROM projects WHERE name = $1 AND deleted_at IS NULL

-- name: answered
-- The label schema that an assignment of this person is about, and its task; no row where its project has a template.
SELECT p.label_schema, t.id AS task_id
FROM assignments a
JOIN tasks t ON t.id = a.task_id
JOIN projects p ON p.id = t.project_id AND p.label_schema IS NOT NULL
WHERE a.id = $1 AND a.person_id = $2

-- name: input
-- What a task shows.
SELECT content FROM task_inputs WHERE task_id = $1
