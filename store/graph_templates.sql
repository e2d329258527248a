-- name: put
-- Saves a graph, or another one under its name; whether the name is new. $1 name $2 description $3 JSON text
INSERT INTO graph_templates (name, description, body, document) VALUES ($1, $2, $3::json::jsonb, $3::json)
ON CONFLICT (name) DO UPDATE
    SET description = excluded.description, body = excluded.body, document = excluded.document, updated_at = now()
RETURNING xmax = 0

-- name: get
-- One by its name, in the order that it was written in, where that is known.
SELECT name, description, coalesce(document, body::json) FROM graph_templates WHERE name = $1

-- name: list
-- All of them, by name.
SELECT name, description, coalesce(document, body::json) FROM graph_templates ORDER BY name

-- name: delete
-- Forgets one; projects that were made with it keep their graph.
DELETE FROM graph_templates WHERE name = $1 RETURNING name
