-- name: for_intake
-- The label schema of a project; null where it has a template.
SELECT label_schema FROM projects WHERE name = $1 AND deleted_at IS NULL

-- name: answered
-- The label schema and the input that an assignment of this person is about; no row where its project has a template.
SELECT p.label_schema, i.content AS input
FROM assignments a
JOIN tasks t ON t.id = a.task_id
JOIN projects p ON p.id = t.project_id AND p.label_schema IS NOT NULL
JOIN task_inputs i ON i.task_id = t.id
WHERE a.id = $1 AND a.person_id = $2
