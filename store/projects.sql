-- name: work_teams
-- Those of these teams that there are, kept against deletion.
SELECT name FROM work_teams WHERE name = ANY ($1::text[]) FOR SHARE

-- name: human_task_ui
-- The template that a project names.
SELECT id FROM human_task_uis WHERE name = $1 AND deleted_at IS NULL FOR SHARE

-- name: own_template
-- A template of the project's own: in no list, so it takes no name from others.
INSERT INTO human_task_uis (name, content, content_sha256, deleted_at) VALUES ($1, $2, $3, now()) RETURNING id

-- name: create
-- A project, under a name that is free.
INSERT INTO projects (
    kind, name, title, description, human_task_ui_id, output_path, arn_base, max_concurrent_tasks, metadata, label_schema,
    schema_kind, created_at
)
VALUES ('project', $1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($9::jsonb ->> 'kind', 'template'), date_trunc('milliseconds', now()))
ON CONFLICT (name) WHERE deleted_at IS NULL DO NOTHING
RETURNING id

-- name: get
-- The project that has this name now. Its graph, here and below, in the order that it was written in, where that is known.
SELECT p.id, p.name, p.kind, p.title, p.created_at, p.graph_version, p.paused_at IS NOT NULL AS paused,
       p.deleting_at IS NOT NULL AS deleting, p.description, p.schema_kind, u.name AS human_task_ui, p.output_path,
       p.max_concurrent_tasks, p.withdraw_seconds, p.extend_seconds, p.max_extensions, p.metadata,
       p.label_schema, coalesce(g.document, g.body::json) AS graph
FROM projects p
JOIN graphs g ON g.project_id = p.id AND g.version = p.graph_version
LEFT JOIN human_task_uis u ON u.id = p.human_task_ui_id AND u.deleted_at IS NULL
WHERE p.name = $1 AND p.deleted_at IS NULL

-- name: list_page
-- A page of projects by name. $1 behind this name or null $2 kind or null $3 how many
SELECT id, name, kind, title, created_at, graph_version, paused_at IS NOT NULL AS paused, deleting_at IS NOT NULL AS deleting
FROM projects
WHERE deleted_at IS NULL AND ($1::text IS NULL OR name > $1) AND ($2::text IS NULL OR kind = $2)
ORDER BY name
LIMIT $3

-- name: lock
-- A project that is to be changed; its intake waits.
SELECT id, kind, deleting_at IS NOT NULL AS deleting, graph_version FROM projects
WHERE name = $1 AND deleted_at IS NULL
FOR UPDATE

-- name: for_intake
-- A project that tasks are about to come into: a deletion that begins now waits for them, and finds them.
SELECT id, kind, deleting_at IS NOT NULL AS deleting, graph_version FROM projects
WHERE name = $1 AND deleted_at IS NULL
FOR SHARE

-- name: change
-- Changes what is given; null stays. $1 project $2 title $3 description $4 window $5 paused $6 output
UPDATE projects
SET title = coalesce($2, title), description = coalesce($3, description), max_concurrent_tasks = coalesce($4, max_concurrent_tasks),
    paused_at = CASE WHEN $5::boolean IS NULL THEN paused_at WHEN $5 THEN coalesce(paused_at, now()) END,
    output_path = coalesce($6, output_path)
WHERE id = $1

-- name: give_time
-- What its people may do with their time; null stays. $1 project $2 withdraw s $3 extend s $4 most extensions
UPDATE projects
SET withdraw_seconds = coalesce($2, withdraw_seconds), extend_seconds = coalesce($3, extend_seconds),
    max_extensions = coalesce($4, max_extensions)
WHERE id = $1

-- name: counts
-- A project's tasks by status.
SELECT state, count(*) AS tasks FROM tasks WHERE project_id = $1 AND deleted_at IS NULL GROUP BY state

-- name: stages
-- Its open tasks by stage. One of both halves, each by its own index.
SELECT stage, count(*) AS tasks FROM tasks
WHERE project_id = $1 AND native AND state = 'open' AND deleted_at IS NULL AND stage IS NOT NULL
GROUP BY stage
UNION ALL
SELECT stage, count(*) FROM tasks
WHERE project_id = $1 AND state = 'open' AND deleted_at IS NULL AND stage IS NOT NULL
  AND EXISTS (SELECT 1 FROM projects WHERE id = $1 AND kind = 'flow_definition')
GROUP BY stage

-- name: waiting_for_managers
-- How many of its visits nobody can take, how many are past their deadline, and how many tasks take up room in its window.
SELECT
    (SELECT count(*) FROM visits v JOIN queues q ON q.id = v.queue_id
     WHERE q.project_id = $1 AND v.starved_at IS NOT NULL AND v.closed_at IS NULL) AS starved,
    (SELECT count(*) FROM visits v JOIN queues q ON q.id = v.queue_id
     WHERE q.project_id = $1 AND v.escalated_at IS NOT NULL AND v.closed_at IS NULL) AS escalated,
    (SELECT count(*) FROM window_tasks w WHERE w.project_id = $1 AND NOT EXISTS (
        SELECT 1 FROM window_leavers l WHERE l.project_id = $1 AND l.task_id = w.task_id)) AS in_window

-- name: graphs
-- All versions of a project's graph, newest first.
SELECT g.version, g.created_at, g.version = p.graph_version AS current,
       coalesce(g.document, g.body::json) AS graph
FROM graphs g JOIN projects p ON p.id = g.project_id
WHERE p.name = $1 AND p.deleted_at IS NULL
ORDER BY g.version DESC

-- name: graph
-- One version.
SELECT g.version, g.created_at, g.version = p.graph_version AS current,
       coalesce(g.document, g.body::json) AS graph
FROM graphs g JOIN projects p ON p.id = g.project_id
WHERE p.name = $1 AND p.deleted_at IS NULL AND g.version = $2

-- name: use_graph
-- New tasks start with this version.
UPDATE projects SET graph_version = $2 WHERE id = $1

-- name: record
-- An event of a project. $1 type $2 person $3 data
SELECT record_event(NULL, $1, NULL, $2, $3)

-- name: start_deleting
-- From now on it takes no tasks, and starts none.
UPDATE projects SET deleting_at = now() WHERE id = $1 AND deleting_at IS NULL RETURNING id

-- name: deleting
-- Projects whose deletion has begun.
SELECT id FROM projects WHERE kind <> 'flow_definition' AND deleting_at IS NOT NULL AND deleted_at IS NULL

-- name: cancel_queued
-- Ends tasks that have not started: they have no workflow that could. $1 project $2 how many $3 person
WITH waiting AS (
    SELECT id FROM tasks WHERE project_id = $1 AND native AND state = 'queued' AND deleted_at IS NULL
    LIMIT $2 FOR UPDATE SKIP LOCKED
), ended AS (
    UPDATE tasks t SET state = 'cancelled', stop_requested_at = now(), ended_at = date_trunc('milliseconds', now())
    FROM waiting WHERE t.id = waiting.id
    RETURNING t.id, t.opening
)
SELECT record_event(id, 'loupe.task.ended', NULL, $3, jsonb_build_object('opening', opening, 'status', 'cancelled')) FROM ended

-- name: unfinished
-- Started tasks that a stop still has to reach.
SELECT id FROM tasks
WHERE project_id = $1 AND state = 'open' AND stop_requested_at IS NULL AND deleted_at IS NULL
ORDER BY created_at, id LIMIT $2

-- name: drain
-- Takes a task's open visit out of its queue at once, so that nobody is offered work that was stopped.
WITH visit AS (
    UPDATE visits SET draining_at = now()
    WHERE task_id = $1 AND closed_at IS NULL AND draining_at IS NULL
    RETURNING id
)
DELETE FROM takeable t USING visit WHERE t.visit_id = visit.id

-- name: request_stop
-- Writes the request; no row where it was requested before or the task is over.
UPDATE tasks SET stop_requested_at = now()
WHERE id = $1 AND stop_requested_at IS NULL AND ended_at IS NULL
RETURNING id

-- name: tell_stop
-- The message and the event of a stop that was just requested.
SELECT post_message($1, 'stop', '{}'), record_event($1, 'loupe.task.stop_requested', NULL, $2)

-- name: delete_ended
-- Deletes up to $2 tasks of a project that are over; those that another sweep has are left to it.
WITH over AS (
    SELECT id FROM tasks WHERE project_id = $1 AND ended_at IS NOT NULL AND deleted_at IS NULL
    LIMIT $2 FOR UPDATE SKIP LOCKED
), gone AS (
    UPDATE tasks t SET deleted_at = now() FROM over WHERE t.id = over.id RETURNING t.id
)
SELECT count(*) FROM (SELECT record_event(id, 'loupe.task.deleted', NULL, NULL) FROM gone) AS recorded

-- name: finish_deletion
-- The end of a deletion: the name is free, once no task is left.
UPDATE projects SET deleted_at = now()
WHERE id = $1 AND deleting_at IS NOT NULL AND deleted_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM tasks WHERE project_id = $1 AND deleted_at IS NULL)
