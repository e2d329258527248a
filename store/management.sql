-- name: project
-- A project by its name.
SELECT id FROM projects WHERE name = $1 AND deleted_at IS NULL

-- name: chosen
-- Which of these tasks are the project's. $1 project $2 tasks
SELECT id FROM tasks WHERE project_id = $1 AND id = ANY ($2) AND deleted_at IS NULL

-- name: matching
-- A page of a project's tasks in a state and a stage, oldest first. $3 stage or null $4 last task of the page before
SELECT id FROM tasks
WHERE project_id = $1 AND deleted_at IS NULL AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR stage = $3)
  AND ($4::uuid IS NULL OR (created_at, id) > (SELECT created_at, id FROM tasks WHERE id = $4))
ORDER BY created_at, id
LIMIT $5

-- name: active_person
-- Who may be given work.
SELECT id FROM people WHERE lower(email) = lower($1) AND disabled_at IS NULL

-- name: any_person
-- Whose work may be taken away: people who are disabled too.
SELECT id FROM people WHERE lower(email) = lower($1)

-- name: set_priority
-- See the function. $1 task $2 priority $3 person
SELECT set_priority($1, $2::integer::smallint, $3)

-- name: assign
-- See the function. $1 task $2 to whom $3 until $4 instead of whom $5 by whom
SELECT assign_task($1, $2, $3, $4, $5)

-- name: release
-- See the function. $1 task $2 whose or null $3 by whom
SELECT release_task($1, $2, $3)

-- name: cancel
-- See the function. $1 task $2 person
SELECT cancel_task($1, $2)

-- name: reopen
-- See the function. $1 task $2 stage or null $3 person
SELECT reopen_task($1, $2, $3)
