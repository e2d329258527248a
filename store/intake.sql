-- name: insert
-- Writes tasks whose names are free in their project, with inputs and events; which of them were written.
-- $1 project $2 graph version $3 person $4 ids $5 names, sorted $6 inputs $7 their SHA-256 $8 priorities $9 metadata
-- $10 predictions $11 places in the call
WITH given AS MATERIALIZED (
    SELECT * FROM unnest($4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::smallint[], $9::text[], $10::text[], $11::integer[])
        AS g (id, name, input, digest, priority, metadata, prediction, place)
), moment AS MATERIALIZED (
    SELECT date_trunc('milliseconds', clock_timestamp()) AS at
), task AS (
    INSERT INTO tasks (
        id, project_id, name, input_sha256, priority, graph_version, metadata, prediction, native, created_at, output_stamp
    )
    -- A microsecond apart: of equal priority, the first of the call goes first.
    SELECT g.id, $1, g.name, g.digest, g.priority, $2, g.metadata::jsonb, g.prediction::jsonb, true,
           moment.at + g.place * interval '1 microsecond', date_trunc('second', moment.at)
    FROM given g, moment
    ON CONFLICT (project_id, name) WHERE native AND deleted_at IS NULL DO NOTHING
    RETURNING id
), input AS (
    INSERT INTO task_inputs (task_id, content) SELECT g.id, g.input FROM given g JOIN task USING (id)
), event AS (
    INSERT INTO events (task_id, type, person_id) SELECT id, 'loupe.task.created', $3 FROM task
)
SELECT id FROM task

-- name: holders
-- The tasks that have these names in a project now.
SELECT name, id, input_sha256 FROM tasks WHERE project_id = $1 AND native AND deleted_at IS NULL AND name = ANY ($2::text[])
