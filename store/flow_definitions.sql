-- name: work_team
-- The team that a flow definition names, kept against deletion.
SELECT id FROM work_teams WHERE name = $1 FOR SHARE;

-- name: human_task_ui
-- The template that a flow definition names.
SELECT id FROM human_task_uis WHERE name = $1 AND deleted_at IS NULL FOR SHARE;

-- name: create_project
-- The project of a flow definition, under a name that is free.
INSERT INTO projects (kind, name, title, description, human_task_ui_id, output_path, arn_base, created_at)
VALUES ('flow_definition', $1, $2, $3, $4, $5, $6, date_trunc('milliseconds', now()))
ON CONFLICT (name) WHERE deleted_at IS NULL DO NOTHING
RETURNING id;

-- name: create
-- The AWS side of the project.
INSERT INTO flow_definitions (
    project_id, role_arn, human_loop_request_source, human_loop_activation_config, human_loop_config, output_config
)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: get
-- The flow definition that has this name now.
SELECT p.id, p.name, p.created_at, p.deleting_at IS NOT NULL AS deleting, f.role_arn, f.human_loop_request_source,
    f.human_loop_activation_config, f.human_loop_config, f.output_config
FROM projects p
JOIN flow_definitions f ON f.project_id = p.id
WHERE p.name = $1 AND p.deleted_at IS NULL;

-- name: list_page
-- A page by time of creation. $1 from $2 before $3 ascending $4 $5 the last row of the page before $6 how many
SELECT p.id, p.name, p.created_at, p.deleting_at IS NOT NULL AS deleting
FROM projects p
WHERE p.kind = 'flow_definition' AND p.deleted_at IS NULL
    AND ($1::timestamptz IS NULL OR p.created_at >= $1)
    AND ($2::timestamptz IS NULL OR p.created_at < $2)
    AND ($4::timestamptz IS NULL
        OR CASE WHEN $3 THEN (p.created_at, p.id) > ($4, $5::uuid) ELSE (p.created_at, p.id) < ($4, $5) END)
ORDER BY
    CASE WHEN $3 THEN p.created_at END,
    CASE WHEN $3 THEN p.id END,
    p.created_at DESC,
    p.id DESC
LIMIT $6;

-- name: start_deleting
-- From now on it takes no loops.
UPDATE projects SET deleting_at = now()
WHERE name = $1 AND kind = 'flow_definition' AND deleting_at IS NULL AND deleted_at IS NULL
RETURNING id;
