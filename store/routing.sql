-- name: passing
-- A task in a stage that sends it on, and the way that it took there before. $1 task $2 opening $3 visit $4 stage $5 version
SELECT g.body -> 'stages' -> $4 AS stage, t.metadata, t.prediction, t.rejections, t.priority,
       (SELECT e.data ->> 'pathway' FROM events e
        WHERE e.task_id = t.id AND e.type = 'loupe.task.routed' AND e.visit = $3 AND (e.data ->> 'opening')::integer = $2
       ) AS pathway
FROM tasks t JOIN graphs g ON g.project_id = t.project_id AND g.version = $5
WHERE t.id = $1

-- name: agreement
-- The latest agreement that was measured in an opening before a visit.
SELECT agreement FROM agreements WHERE task_id = $1 AND opening = $2 AND visit < $3 ORDER BY visit DESC LIMIT 1

-- name: collaborator
-- E-mail address of who submitted last in an opening.
SELECT p.email
FROM visits v JOIN assignments a ON a.visit_id = v.id
JOIN submissions s ON s.assignment_id = a.id
JOIN people p ON p.id = s.person_id
WHERE v.task_id = $1 AND v.opening = $2
ORDER BY s.submitted_at DESC, v.visit DESC
LIMIT 1

-- name: benchmark
-- Whether there is a benchmark set of this name, and whether the task's input is in it. $1 task $2 set
SELECT EXISTS (SELECT 1 FROM benchmark_sets WHERE name = $2) AS known,
       EXISTS (SELECT 1 FROM tasks t JOIN benchmark_items i ON i.input_sha256 = t.input_sha256
               JOIN benchmark_sets s ON s.id = i.set_id
               WHERE t.id = $1 AND s.name = $2) AS member

-- name: record
-- Keeps the way that a task takes in a visit, once; a prediction that is accepted becomes its label.
-- $1 task $2 opening $3 visit $4 stage $5 whether the prediction is accepted $6 the event's data
WITH task AS (
    UPDATE tasks SET state = 'open', stage = $4, visit = $3
    WHERE id = $1 AND opening = $2 AND ended_at IS NULL AND visit < $3
    RETURNING id, prediction
), label AS (
    INSERT INTO labels (task_id, opening, visit, answer, source, content)
    SELECT id, $2, $3, 1, 'prediction', (prediction -> 'label')::text FROM task WHERE $5
), event AS (
    INSERT INTO events (task_id, type, visit, data)
    SELECT id, 'loupe.task.routed', $3, $6 FROM task
)
SELECT count(*) FROM task
