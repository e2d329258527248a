-- name: task
-- What stands around the answers of an opening.
SELECT t.name AS task_name, t.output_stamp, p.kind, p.name AS project, p.output_path, p.arn_base, i.content AS input
FROM tasks t JOIN projects p ON p.id = t.project_id JOIN task_inputs i ON i.task_id = t.id
WHERE t.id = $1

-- name: answers
-- A human loop's answers, those of the last closed visit, by slot: fixed from the moment that it closed.
SELECT s.content, s.accepted_at, s.submitted_at, s.active_seconds, person.worker_id, person.id AS person_id
FROM visits v JOIN assignments a ON a.visit_id = v.id
JOIN submissions s ON s.assignment_id = a.id
JOIN people person ON person.id = s.person_id
WHERE v.task_id = $1 AND v.opening = $2 AND v.closed_at IS NOT NULL
  AND v.visit = (SELECT max(l.visit) FROM visits l WHERE l.task_id = $1 AND l.opening = $2)
ORDER BY a.slot

-- name: records
-- What a task's record says of it as a whole, in the order that was asked for. $1 tasks $2 their openings
SELECT t.id AS task_id, asked.opening, t.name, p.name AS project, t.graph_version, i.content AS input,
       t.metadata::text AS metadata, t.prediction::text AS prediction, t.prediction ->> 'model' AS model,
       t.rejections, t.created_at,
       (SELECT a.agreement FROM agreements a
        WHERE a.task_id = t.id AND a.opening = asked.opening ORDER BY a.visit DESC LIMIT 1) AS agreement
FROM unnest($1::uuid[], $2::integer[]) WITH ORDINALITY AS asked (task_id, opening, nth)
JOIN tasks t ON t.id = asked.task_id
JOIN projects p ON p.id = t.project_id
JOIN task_inputs i ON i.task_id = t.id
ORDER BY asked.nth

-- name: record_labels
-- The answers that openings ended with, by number; authors by their worker ids. $1 tasks $2 their openings
SELECT asked.task_id, l.answer, l.content, (
    SELECT coalesce(jsonb_object_agg(made.label, person.worker_id), '{}')
    FROM jsonb_each_text(l.authors) AS made (label, author) JOIN people person ON person.id = made.author::uuid
) AS authors
FROM unnest($1::uuid[], $2::integer[]) AS asked (task_id, opening)
CROSS JOIN LATERAL label_set(asked.task_id, asked.opening, 2147483647) AS l
ORDER BY asked.task_id, l.answer

-- name: record_given
-- All that people submitted in openings, by visit and slot. $1 tasks $2 their openings
SELECT asked.task_id, v.visit, v.stage, a.slot, person.worker_id, s.content, s.decision, s.comment,
       s.accepted_at, s.submitted_at, s.active_seconds
FROM unnest($1::uuid[], $2::integer[]) AS asked (task_id, opening)
JOIN visits v ON v.task_id = asked.task_id AND v.opening = asked.opening
JOIN assignments a ON a.visit_id = v.id
JOIN submissions s ON s.assignment_id = a.id
JOIN people person ON person.id = s.person_id
ORDER BY asked.task_id, v.visit, a.slot

-- name: record_verdicts
-- All that reviewers said about labels in openings, oldest first. $1 tasks $2 their openings
SELECT asked.task_id, d.visit, d.stage, d.answer, d.label, d.verdict, d.comment, person.worker_id, d.at
FROM unnest($1::uuid[], $2::integer[]) AS asked (task_id, opening)
JOIN verdicts d ON d.task_id = asked.task_id AND d.opening = asked.opening
JOIN people person ON person.id = d.person_id
ORDER BY asked.task_id, d.id

-- name: raise_stamp
-- The next second for a key that another task has. $1 task $2 the present one
UPDATE tasks SET output_stamp = output_stamp + interval '1 second' WHERE id = $1 AND output_stamp = $2 AND ended_at IS NULL

-- name: finish
-- Records how an opening ended, once, with the event; nothing where that was done before. Nothing of it waits for a
-- decision on an agent any more.
-- $1 task $2 opening $3 state $4 output $5 failure code $6 failure reason
WITH moment AS MATERIALIZED (
    -- Taken after the transaction has its id: whoever sees all transactions before an id has seen all ends before a time.
    SELECT CASE WHEN pg_current_xact_id() IS NOT NULL THEN clock_timestamp() END AS at
), ended AS (
    UPDATE tasks t
    SET state = $3, output_uri = $4, failure_code = $5, failure_reason = $6, ended_at = moment.at
    FROM moment
    WHERE t.id = $1 AND t.opening = $2 AND t.ended_at IS NULL
    RETURNING t.id, t.project_id, t.visit
), undecided AS (
    UPDATE agent_dead_letters l SET closed_at = moment.at FROM moment, ended
    WHERE l.task_id = ended.id AND l.opening = $2 AND l.closed_at IS NULL
), gone AS (
    SELECT ended.*, p.kind FROM ended JOIN projects p ON p.id = ended.project_id
), human_loop AS (
    SELECT record_status(id, NULL) FROM gone WHERE kind = 'flow_definition'
), task AS (
    SELECT record_event(id, 'loupe.task.ended', visit, NULL, jsonb_build_object(
               'opening', $2::integer, 'status', $3::text, 'output_uri', $4::text,
               'failure_code', $5::text, 'failure_reason', $6::text))
    FROM gone WHERE kind <> 'flow_definition'
)
SELECT (SELECT count(*) FROM human_loop) + (SELECT count(*) FROM task)
