-- name: project
-- Id of a flow definition.
SELECT id FROM projects WHERE name = $1 AND deleted_at IS NULL

-- name: trust
-- The rows below fit together; foreign keys and triggers are not asked for each of them.
SET session_replication_role = replica

-- name: tasks
-- Open tasks of a project, an hour old. $1 project $2 how many $3 prefix of their names
INSERT INTO tasks (id, project_id, name, input_sha256, graph_version, mail_seq, state, stage, visit, created_at, output_stamp)
SELECT gen_random_uuid(), $1, $3 || n, '\x00', 1, 1, 'open', 'annotate', 1,
       now() - interval '1 hour', date_trunc('second', now() - interval '1 hour')
FROM generate_series(1, $2::bigint) AS n

-- name: inputs
-- Their inputs. $1 project $2 content
INSERT INTO task_inputs (task_id, content) SELECT id, $2 FROM tasks WHERE project_id = $1

-- name: visits
-- Their first visits; the first ones ask two people each. $1 project $2 queue $3 how many ask two
INSERT INTO visits (task_id, opening, visit, stage, queue_id, overlap, time_limit_seconds, rank, opened_at)
SELECT id, 1, 1, 'annotate', $2, CASE WHEN n <= $3::bigint THEN 2 ELSE 1 END, 3600,
       (50::bigint << 48) + nextval('queue_positions'), now() - interval '1 hour'
FROM (SELECT id, row_number() OVER () AS n FROM tasks WHERE project_id = $1) AS numbered
ORDER BY n

-- name: answered
-- The first slot of visits that ask two people, answered by one person. $1 queue $2 person
INSERT INTO assignments (visit_id, task_id, slot, state, person_id, lease_token, accepted_at, hold_until, submitted_at)
SELECT id, task_id, 1, 'submitted', $2, 1, now() - interval '50 minutes', now() + interval '10 minutes',
       now() - interval '45 minutes'
FROM visits WHERE queue_id = $1 AND overlap = 2

-- name: free
-- The free slot of each visit. $1 queue
INSERT INTO assignments (visit_id, task_id, slot) SELECT id, task_id, overlap FROM visits WHERE queue_id = $1

-- name: takeable
-- Offers them. $1 queue
INSERT INTO takeable (visit_id, queue_id, rank, free_slots, touched, queued_at)
SELECT id, queue_id, rank, 1, overlap = 2, opened_at FROM visits WHERE queue_id = $1 ORDER BY rank

-- name: settle
-- What autovacuum does within minutes of such a load.
VACUUM (ANALYZE) tasks, task_inputs, visits, assignments, takeable

-- name: claim_first
-- Claims the first free slots of a queue, as that many people would one by one. $1 queue $2 how many $3 person
WITH gone AS (
    DELETE FROM takeable t USING (
        SELECT visit_id FROM takeable WHERE queue_id = $1 ORDER BY rank LIMIT $2
    ) AS first
    WHERE t.visit_id = first.visit_id
    RETURNING t.visit_id
)
UPDATE assignments a
SET state = 'held', person_id = $3, lease_token = lease_token + 1, accepted_at = now(),
    hold_until = now() + interval '1 hour', lease_until = now() + interval '1 hour', wake_at = now() + interval '1 hour'
FROM gone WHERE a.visit_id = gone.visit_id AND a.state = 'open'

-- name: snapshot
-- Takes the snapshot of a transaction that has begun.
SELECT count(*) FROM queues

-- name: head
-- Where searches of a queue begin, and its first row that can be taken.
SELECT q.head_rank, (SELECT min(rank) FROM takeable t WHERE t.queue_id = q.id) AS first_rank FROM queues q WHERE q.id = $1

-- name: offered
-- How many visits of a queue have a free slot.
SELECT count(*) FROM takeable WHERE queue_id = $1

-- name: opened
-- How many visits a queue has had.
SELECT count(*) FROM visits WHERE queue_id = $1

-- name: completed
-- How many tasks of a project are completed.
SELECT count(*) FROM tasks WHERE project_id = $1 AND state = 'completed'

-- name: last_completed
-- When the last one was.
SELECT max(ended_at) FROM tasks WHERE project_id = $1 AND state = 'completed'

-- name: version
-- Of the server.
SHOW server_version

-- name: written
-- How many tasks a project has. $1 its name
SELECT count(*) FROM tasks t JOIN projects p ON p.id = t.project_id WHERE p.name = $1
