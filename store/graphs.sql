-- name: add
-- A version of a project's graph, as its document. $1 project $2 version $3 JSON text
INSERT INTO graphs (project_id, version, body, document) VALUES ($1, $2, $3::json::jsonb, $3::json)

-- name: version
-- A version of the graph of a task's project. $1 task $2 version
SELECT g.body FROM tasks t JOIN graphs g ON g.project_id = t.project_id AND g.version = $2 WHERE t.id = $1
