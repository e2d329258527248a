-- name: waiting
-- Projects with queued tasks that may be started; one look for each project, however many it has.
SELECT p.id FROM projects p
CROSS JOIN LATERAL (
    SELECT 1 FROM tasks t WHERE t.project_id = p.id AND t.native AND t.state = 'queued' AND t.deleted_at IS NULL LIMIT 1
) AS queued
WHERE p.kind <> 'flow_definition' AND p.paused_at IS NULL AND p.deleting_at IS NULL AND p.deleted_at IS NULL

-- name: open
-- See the function: starts the best queued tasks as far as the window has room. $1 project $2 most
SELECT open_window($1, $2)
