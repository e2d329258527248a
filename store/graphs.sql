-- name: version
-- A version of the graph of a task's project. $1 task $2 version
SELECT g.body FROM tasks t JOIN graphs g ON g.project_id = t.project_id AND g.version = $2 WHERE t.id = $1
