-- name: start
-- Takes the loop's name, writes task, input, start message and event in one statement; no row where the name is taken
-- or the flow definition is not active. $1 task $2 name $3 flow definition $4 input $5 its SHA-256 $6 classifiers $7 person
WITH project AS (
    SELECT id, graph_version, arn_base FROM projects
    WHERE name = $3 AND kind = 'flow_definition' AND deleting_at IS NULL AND deleted_at IS NULL
    -- A deletion that begins now waits for this loop, and finds it.
    FOR SHARE
), moment AS (
    SELECT date_trunc('milliseconds', clock_timestamp()) AS at
), named AS (
    INSERT INTO human_loop_names AS n (name, task_id, output_stamp)
    SELECT $2, $1, date_trunc('second', moment.at) FROM project, moment
    ON CONFLICT (name) DO UPDATE
        SET task_id = excluded.task_id,
            output_stamp = greatest(excluded.output_stamp, n.output_stamp + interval '1 second')
        WHERE n.task_id IS NULL
    RETURNING n.output_stamp
), task AS (
    INSERT INTO tasks (id, project_id, name, input_sha256, content_classifiers, graph_version, mail_seq, created_at, output_stamp)
    SELECT $1, project.id, $2, $5, $6, project.graph_version, 1, moment.at, named.output_stamp
    FROM project, moment, named
    RETURNING id
), input AS (
    INSERT INTO task_inputs (task_id, content) SELECT id, $4 FROM task
), message AS (
    INSERT INTO mailbox (task_id, opening, seq, kind) SELECT id, 1, 1, 'start' FROM task
), head AS (
    INSERT INTO mailbox_heads (task_id, opening, last_seq, starts) SELECT id, 1, 1, true FROM task
), started AS (
    INSERT INTO events (task_id, type, person_id, data)
    SELECT task.id, 'loupe.human_loop.status_changed', $7,
           human_loop_detail($2, $3, project.arn_base, moment.at, 'InProgress', NULL, NULL, NULL)
    FROM task, project, moment
)
SELECT id FROM task

-- name: holder
-- Who has the name now, to tell a repeated call from a conflict.
SELECT t.input_sha256, p.name AS flow_definition
FROM human_loop_names n JOIN tasks t ON t.id = n.task_id JOIN projects p ON p.id = t.project_id
WHERE n.name = $1

-- name: flow_definition
-- The project of a flow definition that is not deleted.
SELECT id, deleting_at FROM projects WHERE name = $1 AND kind = 'flow_definition' AND deleted_at IS NULL

-- name: describe
-- One loop by its name.
SELECT t.id, t.name, human_loop_status(t.state, t.stop_requested_at) AS status, t.created_at, p.name AS flow_definition,
       t.failure_code, t.failure_reason, t.output_uri
FROM human_loop_names n JOIN tasks t ON t.id = n.task_id JOIN projects p ON p.id = t.project_id
WHERE n.name = $1

-- name: list_ascending
-- A page of a flow definition's loops, oldest first. $2 after $3 before $4 $5 the last row of the page before
SELECT t.id, t.name, human_loop_status(t.state, t.stop_requested_at) AS status, t.created_at, p.name AS flow_definition,
       t.failure_code, t.failure_reason, t.output_uri
FROM tasks t JOIN projects p ON p.id = t.project_id
WHERE t.project_id = $1 AND t.deleted_at IS NULL
  AND ($2::timestamptz IS NULL OR t.created_at > $2) AND ($3::timestamptz IS NULL OR t.created_at < $3)
  AND ($4::timestamptz IS NULL OR (t.created_at, t.id) > ($4, $5::uuid))
ORDER BY t.created_at, t.id
LIMIT $6

-- name: list_descending
-- The same, newest first.
SELECT t.id, t.name, human_loop_status(t.state, t.stop_requested_at) AS status, t.created_at, p.name AS flow_definition,
       t.failure_code, t.failure_reason, t.output_uri
FROM tasks t JOIN projects p ON p.id = t.project_id
WHERE t.project_id = $1 AND t.deleted_at IS NULL
  AND ($2::timestamptz IS NULL OR t.created_at > $2) AND ($3::timestamptz IS NULL OR t.created_at < $3)
  AND ($4::timestamptz IS NULL OR (t.created_at, t.id) < ($4, $5::uuid))
ORDER BY t.created_at DESC, t.id DESC
LIMIT $6

-- name: drain
-- Takes a loop's open visit out of the queue at once, so that nobody is offered work that was stopped.
WITH visit AS (
    UPDATE visits v SET draining_at = now()
    FROM human_loop_names n
    WHERE n.name = $1 AND v.task_id = n.task_id AND v.closed_at IS NULL AND v.draining_at IS NULL
    RETURNING v.id
)
DELETE FROM takeable t USING visit WHERE t.visit_id = visit.id

-- name: request_stop
-- Writes the request; no row where it was requested before or the loop is over.
UPDATE tasks t SET stop_requested_at = now()
FROM human_loop_names n
WHERE n.name = $1 AND t.id = n.task_id AND t.stop_requested_at IS NULL AND t.ended_at IS NULL
RETURNING t.id

-- name: tell_stop
-- The message and the event of a stop that was just requested.
SELECT post_message($1, 'stop', '{}'), record_status($1, $2)

-- name: unfinished
-- Loops of a flow definition that a stop still has to reach.
SELECT name FROM tasks
WHERE project_id = $1 AND ended_at IS NULL AND stop_requested_at IS NULL AND deleted_at IS NULL
ORDER BY created_at, id LIMIT $2

-- name: delete
-- Gives the name free; rows and answers stay for the record.
WITH gone AS (
    UPDATE tasks t SET deleted_at = now()
    FROM human_loop_names n
    WHERE n.name = $1 AND t.id = n.task_id AND t.deleted_at IS NULL AND t.ended_at IS NOT NULL
    RETURNING t.id, t.name
), freed AS (
    UPDATE human_loop_names n SET task_id = NULL FROM gone WHERE n.name = gone.name AND n.task_id = gone.id
)
SELECT record_event(id, 'loupe.human_loop.deleted', NULL, $2) FROM gone

-- name: deleting
-- Flow definitions whose deletion has begun.
SELECT id, name FROM projects WHERE kind = 'flow_definition' AND deleting_at IS NOT NULL AND deleted_at IS NULL

-- name: delete_ended
-- Deletes up to $2 loops of a flow definition that are over; those that another sweep has are left to it.
WITH over AS (
    SELECT id FROM tasks WHERE project_id = $1 AND ended_at IS NOT NULL AND deleted_at IS NULL
    LIMIT $2 FOR UPDATE SKIP LOCKED
), gone AS (
    UPDATE tasks t SET deleted_at = now() FROM over WHERE t.id = over.id RETURNING t.id, t.name
), freed AS (
    UPDATE human_loop_names n SET task_id = NULL FROM gone WHERE n.name = gone.name AND n.task_id = gone.id
)
SELECT record_event(id, 'loupe.human_loop.deleted', NULL, NULL) FROM gone

-- name: finish_deletion
-- The end of a deletion: the flow definition's name is free, once no loop of it is left.
UPDATE projects SET deleted_at = now()
WHERE id = $1 AND deleting_at IS NOT NULL AND deleted_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM tasks WHERE project_id = $1 AND deleted_at IS NULL)
