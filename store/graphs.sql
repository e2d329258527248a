-- name: adopt
-- The version of its project's graph that an opening goes on with; its body. $1 task $2 opening $3 version
WITH adopted AS (
    UPDATE tasks SET graph_version = $3 WHERE id = $1 AND opening = $2 AND ended_at IS NULL AND graph_version <> $3
    RETURNING record_event(id, 'loupe.task.graph_adopted', visit, NULL, jsonb_build_object('version', $3::integer))
)
SELECT g.body, (SELECT count(*) FROM adopted) AS changed
FROM tasks t JOIN graphs g ON g.project_id = t.project_id AND g.version = $3
WHERE t.id = $1
