-- name: standing
-- What a reviewer's assignment is about, with the settings of its stage.
SELECT v.task_id, v.opening, v.visit, v.stage, q.kind, g.body -> 'stages' -> v.stage AS settings
FROM assignments a
JOIN visits v ON v.id = a.visit_id
JOIN queues q ON q.id = v.queue_id
JOIN tasks t ON t.id = v.task_id
JOIN graphs g ON g.project_id = t.project_id AND g.version = t.graph_version
WHERE a.id = $1 AND a.person_id = $2

-- name: earlier_verdicts
-- What was said about a task's labels before a visit, oldest first.
SELECT d.visit, d.stage, d.answer, d.label, d.value_sha256, d.verdict, d.comment, d.at, d.person_id
FROM verdicts d
WHERE d.task_id = $1 AND d.opening = $2 AND d.visit < $3
ORDER BY d.id

-- name: earlier_decisions
-- How reviewers and deciders decided before a visit, oldest first.
SELECT v.visit, q.shown_as AS stage, q.kind, s.decision, s.comment, s.submitted_at
FROM visits v JOIN queues q ON q.id = v.queue_id
JOIN assignments a ON a.visit_id = v.id
JOIN submissions s ON s.assignment_id = a.id
WHERE v.task_id = $1 AND v.opening = $2 AND v.visit < $3 AND s.decision IS NOT NULL
ORDER BY v.visit

-- name: decide
-- Accepts a decision (see the function), with its verdicts and the answers that it leaves; no row where the lease or the
-- visit is over.
-- $1 assignment $2 person $3 token $4 submission $5 content $6 active seconds $7 decision $8 comment
-- verdicts: $9 answers $10 labels $11 hashes $12 verdicts $13 comments; answers left: $14 numbers $15 sources $16 contents
-- $17 authors as JSON texts
WITH done AS (
    SELECT * FROM accept_submission($1, $2, $3, $4, $5, $6, $7, $8) WHERE at IS NOT NULL
), said AS (
    INSERT INTO verdicts (task_id, opening, visit, stage, submission_id, person_id, answer, label, value_sha256, verdict, comment)
    SELECT done.task, done.in_opening, done.in_visit, done.in_stage, $4, $2, d.answer, d.label, d.hash, d.verdict, d.comment
    FROM done,
         unnest($9::smallint[], $10::text[], $11::bytea[], $12::text[], $13::text[]) AS d (answer, label, hash, verdict, comment)
), left_behind AS (
    INSERT INTO labels (task_id, opening, visit, answer, source, content, authors)
    SELECT done.task, done.in_opening, done.in_visit, l.answer, l.source, l.content, l.authors::jsonb
    FROM done, unnest($14::smallint[], $15::text[], $16::text[], $17::text[]) AS l (answer, source, content, authors)
)
SELECT at FROM done
