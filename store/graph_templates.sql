-- name: put
-- Saves a graph, or another one under its name; whether the name is new.
INSERT INTO graph_templates (name, description, body) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET description = excluded.description, body = excluded.body, updated_at = now()
RETURNING xmax = 0

-- name: get
-- One by its name.
SELECT name, description, body FROM graph_templates WHERE name = $1

-- name: list
-- All of them, by name.
SELECT name, description, body FROM graph_templates ORDER BY name

-- name: delete
-- Forgets one; projects that were made with it keep their graph.
DELETE FROM graph_templates WHERE name = $1 RETURNING name
