-- name: add_request
-- A request to move tasks of a project. $1 project $2 version or null $3 person
INSERT INTO move_requests (project_id, to_version, requested_by) VALUES ($1, $2, $3) RETURNING id

-- name: add_request_of_task
-- The same, of the project of a task.
INSERT INTO move_requests (project_id, requested_by) SELECT project_id, $2 FROM tasks WHERE id = $1 RETURNING id

-- name: request_one
-- See the function: to a stage. $1 request $2 task $3 stage $4 person
SELECT outcome, reason FROM request_move($1, $2, $3, NULL, NULL, $4)

-- name: request_some
-- See the function: up to $8 tasks to a version, oldest first; those that have it are left out.
-- $1 request $2 project $3 version $4 stages by name $5 person $6 tasks or null $7 last task of the batch before
WITH chosen AS MATERIALIZED (
    SELECT t.id, t.created_at FROM tasks t
    WHERE t.project_id = $2 AND t.graph_version <> $3 AND t.ended_at IS NULL AND t.deleted_at IS NULL
      AND ($6::uuid[] IS NULL OR t.id = ANY ($6))
      AND ($7::uuid IS NULL OR (t.created_at, t.id) > (SELECT created_at, id FROM tasks WHERE id = $7))
    ORDER BY t.created_at, t.id
    LIMIT $8
)
SELECT chosen.id, requested.outcome
FROM chosen CROSS JOIN LATERAL request_move($1, chosen.id, NULL, $3, $4, $5) AS requested

-- name: plan_stage
-- What would become of tasks that are to move to a stage of their graph. $1 project $2 tasks $3 stage
SELECT t.id, t.name, plan.from_stage, plan.to_stage, plan.outcome, plan.reason, NULL::timestamptz AS settled_at
FROM tasks t CROSS JOIN LATERAL plan_move(t.id, $3, NULL, NULL) AS plan
WHERE t.project_id = $1 AND t.id = ANY ($2) AND t.deleted_at IS NULL
ORDER BY t.created_at, t.id

-- name: graph_exists
-- Whether a project has a version of its graph.
SELECT EXISTS (SELECT 1 FROM graphs WHERE project_id = $1 AND version = $2)

-- name: unknown_targets
-- Stages of the map that the version does not have. $3 stage names
SELECT target FROM unnest($3::text[]) AS target
WHERE NOT EXISTS (SELECT 1 FROM graphs WHERE project_id = $1 AND version = $2 AND body -> 'stages' ? target)
ORDER BY target

-- name: unknown_sources
-- Stages of the map that no version of the project's graph has. $2 stage names
SELECT source FROM unnest($2::text[]) AS source
WHERE NOT EXISTS (SELECT 1 FROM graphs WHERE project_id = $1 AND body -> 'stages' ? source)
ORDER BY source

-- name: stages_without_target
-- Stages with waiting tasks that are neither in the version nor in the map. $3 stages by name $4 tasks or null
SELECT DISTINCT w.stage
FROM tasks t CROSS JOIN LATERAL waiting_place(t.id, t.opening) AS w
WHERE t.project_id = $1 AND t.graph_version <> $2 AND t.ended_at IS NULL AND t.deleted_at IS NULL
  AND ($4::uuid[] IS NULL OR t.id = ANY ($4)) AND NOT $3::jsonb ? w.stage
  AND NOT EXISTS (SELECT 1 FROM graphs WHERE project_id = $1 AND version = $2 AND body -> 'stages' ? w.stage)
ORDER BY w.stage

-- name: plan_counts
-- What a move would come to, by stage. $1 project $2 version $3 stages by name $4 tasks or null
SELECT plan.from_stage, plan.to_stage, plan.outcome, plan.reason, count(*) AS tasks
FROM tasks t CROSS JOIN LATERAL plan_move(t.id, NULL, $2, $3) AS plan
WHERE t.project_id = $1 AND t.graph_version <> $2 AND t.ended_at IS NULL AND t.deleted_at IS NULL
  AND ($4::uuid[] IS NULL OR t.id = ANY ($4))
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4

-- name: plan_page
-- And for each task, oldest first. $5 last task of the page before $6 how many
SELECT t.id, t.name, plan.from_stage, plan.to_stage, plan.outcome, plan.reason, NULL::timestamptz AS settled_at
FROM tasks t CROSS JOIN LATERAL plan_move(t.id, NULL, $2, $3) AS plan
WHERE t.project_id = $1 AND t.graph_version <> $2 AND t.ended_at IS NULL AND t.deleted_at IS NULL
  AND ($4::uuid[] IS NULL OR t.id = ANY ($4))
  AND ($5::uuid IS NULL OR (t.created_at, t.id) > (SELECT created_at, id FROM tasks WHERE id = $5))
ORDER BY t.created_at, t.id
LIMIT $6

-- name: get_request
-- One request, of a project.
SELECT r.id, p.name AS project, r.to_version, person.email AS requested_by, r.at
FROM move_requests r JOIN projects p ON p.id = r.project_id JOIN people person ON person.id = r.requested_by
WHERE r.id = $1 AND p.id = $2

-- name: counts
-- What a request came to, by stage; a move whose visit ended without its workflow is refused. $1 request
SELECT m.from_stage, m.to_stage, now.outcome, now.reason, count(*) AS tasks
FROM moves m CROSS JOIN LATERAL present_move(m) AS now
WHERE m.request_id = $1
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4

-- name: page
-- And for each task, oldest first. $1 request $2 outcome or null $3 last task of the page before $4 how many
SELECT t.id, t.name, m.from_stage, m.to_stage, now.outcome, now.reason, m.settled_at
FROM moves m JOIN tasks t ON t.id = m.task_id CROSS JOIN LATERAL present_move(m) AS now
WHERE m.request_id = $1 AND ($2::text IS NULL OR now.outcome = $2)
  AND ($3::uuid IS NULL OR (t.created_at, t.id) > (SELECT created_at, id FROM tasks WHERE id = $3))
ORDER BY t.created_at, t.id
LIMIT $4
