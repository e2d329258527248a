-- name: page
-- Template or label schema, and input, of an assignment that somebody holds or has submitted.
SELECT coalesce(u.content, '') AS template, i.content AS input, p.label_schema
FROM assignments a
JOIN tasks t ON t.id = a.task_id
JOIN task_inputs i ON i.task_id = t.id
JOIN projects p ON p.id = t.project_id
LEFT JOIN human_task_uis u ON u.id = p.human_task_ui_id
WHERE a.id = $1 AND a.state IN ('held', 'submitted') AND (u.id IS NOT NULL OR p.label_schema IS NOT NULL);
