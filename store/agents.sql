-- name: begin
-- Begins an attempt; how it stands. $1 task $2 opening $3 visit $4 call $5 attempt $6 stage $7 via $8 pathways
SELECT outcome, pathway, error FROM begin_agent_attempt($1, $2, $3, $4, $5, $6, $7, $8)

-- name: end
-- Ends an attempt, or notes that its agent will call back; how it stands.
-- $1 task $2 opening $3 visit $4 call $5 attempt $6 outcome $7 HTTP status $8 error $9 pathway $10 content $11 priority
SELECT outcome, pathway, error FROM end_agent_attempt($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: subject
-- The task that an agent is asked about.
SELECT t.project_id, p.name AS project, t.name, i.content AS input, t.metadata, t.prediction, t.rejections
FROM tasks t JOIN projects p ON p.id = t.project_id JOIN task_inputs i ON i.task_id = t.id
WHERE t.id = $1

-- name: secrets
-- The sealed secrets that a project's requests are signed with, newest first.
SELECT sealed, CASE WHEN previous_until > now() THEN sealed_previous END AS previous FROM agent_secrets WHERE project_id = $1

-- name: keep_secret
-- Keeps a project's first secret; nothing where it has one.
INSERT INTO agent_secrets (project_id, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING

-- name: replace_secret
-- Gives a project a new secret; the one before is good for $3 more seconds. No row where there is no such project.
INSERT INTO agent_secrets AS s (project_id, sealed)
SELECT id, $2 FROM projects WHERE name = $1 AND deleted_at IS NULL
ON CONFLICT (project_id) DO UPDATE
    SET sealed = excluded.sealed, sealed_previous = s.sealed, previous_until = now() + make_interval(secs => $3),
        created_at = now()
RETURNING s.project_id, s.previous_until

-- name: note_secret
-- The event of a new secret. $1 project $2 person
INSERT INTO events (type, person_id, data) VALUES ('loupe.agent.secret_replaced', $2, jsonb_build_object('project', $1::text))

-- name: pathways
-- What the agent of a call may answer.
SELECT pathways FROM agent_attempts WHERE task_id = $1 AND opening = $2 AND visit = $3 AND call = $4 LIMIT 1

-- name: called_back
-- Takes an agent's answer of its own accord; false where its call is over.
-- $1 task $2 opening $3 visit $4 call $5 pathway $6 content $7 priority
SELECT agent_called_back($1, $2, $3, $4, $5, $6, $7)

-- name: bury
-- A call's attempts are used up: it waits for a person's decision, unless its opening is over.
-- $1 task $2 opening $3 visit $4 call $5 stage $6 attempts $7 error $8 pathways
WITH task AS MATERIALIZED (
    SELECT id, opening = $2 AND ended_at IS NULL AS goes_on FROM tasks WHERE id = $1 FOR NO KEY UPDATE
), letter AS (
    INSERT INTO agent_dead_letters (task_id, opening, visit, call, stage, attempts, error, pathways, closed_at)
    SELECT id, $2, $3, $4, $5, $6, $7, $8, CASE WHEN NOT goes_on THEN now() END FROM task
    ON CONFLICT DO NOTHING
    RETURNING task_id
)
SELECT record_event(task_id, 'loupe.agent.dead', $3, NULL,
                    jsonb_build_object('opening', $2::integer, 'stage', $5::text, 'call', $4::integer,
                                       'attempts', $6::integer, 'error', $7::text))
FROM letter

-- name: close_letters
-- A task left a visit: nothing of it waits for a decision any more, and a move that was asked for is made (migration 10).
-- The task first, as everywhere: somebody may decide at the same moment.
WITH task AS MATERIALIZED (
    SELECT id FROM tasks WHERE id = $1 FOR NO KEY UPDATE
)
UPDATE agent_dead_letters l SET closed_at = now() FROM task
WHERE l.task_id = task.id AND l.opening = $2 AND l.visit = $3 AND l.closed_at IS NULL

-- name: letters
-- Tasks of a project that wait for a decision, oldest first, from behind ($2, $3).
SELECT l.task_id, p.name AS project, t.name AS task_name, l.stage, l.visit, l.attempts, l.error, l.pathways, l.dead_at
FROM agent_dead_letters l JOIN tasks t ON t.id = l.task_id AND t.opening = l.opening AND t.ended_at IS NULL
JOIN projects p ON p.id = t.project_id
WHERE l.closed_at IS NULL AND ($1::text IS NULL OR p.name = $1)
  AND ($2::timestamptz IS NULL OR (l.dead_at, l.task_id) > ($2, $3::uuid))
ORDER BY l.dead_at, l.task_id
LIMIT $4

-- name: letter_of
-- The pathways of a task's dead letter.
SELECT l.pathways FROM agent_dead_letters l JOIN tasks t ON t.id = l.task_id AND t.opening = l.opening AND t.ended_at IS NULL
WHERE l.task_id = $1 AND l.closed_at IS NULL

-- name: redrive
-- A person's decision on a dead letter; no row where there is none, or the task is being moved. $1 task $2 person $3 pathway, null to try again
SELECT visit FROM redrive_agent($1, $2, $3)

-- name: project_exists
-- Whether there is a project of this name.
SELECT true FROM projects WHERE name = $1 AND deleted_at IS NULL

-- name: task_exists
-- Whether there is such a task.
SELECT true FROM tasks WHERE id = $1 AND deleted_at IS NULL

-- name: tally
-- Dead letters that wait for a decision, by project and stage.
SELECT p.name AS project, l.stage, count(*)::integer AS letters
FROM agent_dead_letters l JOIN tasks t ON t.id = l.task_id AND t.opening = l.opening AND t.ended_at IS NULL
JOIN projects p ON p.id = t.project_id
WHERE l.closed_at IS NULL
GROUP BY 1, 2 ORDER BY 1, 2

-- name: attempts
-- Every attempt of a task, in order.
SELECT opening, visit, stage, call, attempt, via, started_at, ended_at, outcome, status, error, pathway
FROM agent_attempts WHERE task_id = $1
ORDER BY opening, visit, call, attempt
