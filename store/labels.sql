-- name: before
-- A task's answers as they were before a visit. $1 task $2 opening $3 visit
SELECT answer, visit, source, content, authors FROM label_set($1, $2, $3) ORDER BY answer

-- name: of_annotators
-- What the annotators of a stage answered in its last visit before another one, by slot. $1 task $2 opening $3 stage $4 visit
SELECT a.slot, v.visit, 'person', s.content, jsonb_build_object('', s.person_id)
FROM visits v JOIN assignments a ON a.visit_id = v.id JOIN submissions s ON s.assignment_id = a.id
WHERE v.task_id = $1 AND v.opening = $2 AND v.visit = (
    SELECT max(w.visit) FROM visits w JOIN queues q ON q.id = w.queue_id
    WHERE w.task_id = $1 AND w.opening = $2 AND w.stage = $3 AND w.visit < $4 AND q.kind = 'annotate'
)
ORDER BY a.slot

-- name: parts
-- What the people of a rework visit submitted, by the answer that each reworked.
SELECT a.answer, s.person_id, s.content
FROM visits v JOIN assignments a ON a.visit_id = v.id JOIN submissions s ON s.assignment_id = a.id
WHERE v.task_id = $1 AND v.opening = $2 AND v.visit = $3 AND a.answer IS NOT NULL
ORDER BY a.answer, s.submitted_at, a.slot

-- name: submitted
-- The contents that a visit's people submitted, by slot.
SELECT s.content
FROM visits v JOIN assignments a ON a.visit_id = v.id JOIN submissions s ON s.assignment_id = a.id
WHERE v.task_id = $1 AND v.opening = $2 AND v.visit = $3
ORDER BY a.slot

-- name: write
-- Keeps all answers of a task after a visit, once.
-- $1 task $2 opening $3 visit $4 answers $5 sources $6 contents $7 authors as JSON texts
INSERT INTO labels (task_id, opening, visit, answer, source, content, authors)
SELECT $1, $2, $3, made.answer, made.source, made.content, made.authors::jsonb
FROM unnest($4::smallint[], $5::text[], $6::text[], $7::text[]) AS made (answer, source, content, authors)
ON CONFLICT DO NOTHING

-- name: write_agreement
-- Keeps what the agreement of a visit was measured to be, once.
INSERT INTO agreements (task_id, opening, visit, measure, agreement) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
