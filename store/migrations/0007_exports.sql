-- Exports of what tasks came to, and their history.

CREATE TABLE exports (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    project_id  uuid NOT NULL REFERENCES projects,
    -- Holds the tasks that were completed after the one time and up to the other.
    since       timestamptz,
    created_at  timestamptz NOT NULL DEFAULT statement_timestamp(),
    -- Once all transactions before this one are over, nothing that was completed until created_at is still on its way.
    settled_by  xid8 NOT NULL DEFAULT pg_current_xact_id(),
    created_by  uuid REFERENCES people,
    state       text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'completed', 'failed')),
    uri         text NOT NULL,
    upload_id   text,
    tasks       bigint NOT NULL DEFAULT 0,
    -- Whose turn it is, and when the next may take it: the end of a lease, or of a pause after a failure.
    lease_token uuid,
    ready_at    timestamptz NOT NULL DEFAULT now(),
    -- Turns since the last one that brought it forward.
    attempts    integer NOT NULL DEFAULT 0,
    -- How often its upload was lost.
    restarts    integer NOT NULL DEFAULT 0,
    error       text,
    finished_at timestamptz,
    CHECK ((finished_at IS NULL) = (state IN ('queued', 'running'))),
    CHECK (state = 'failed' OR finished_at IS NULL OR error IS NULL)
);
CREATE INDEX exports_project ON exports (project_id, created_at, id);
CREATE INDEX exports_ready ON exports (ready_at) WHERE finished_at IS NULL;

-- What has been uploaded of an export, and the last task in each part: where the next worker goes on.
CREATE TABLE export_parts (
    export_id     uuid NOT NULL REFERENCES exports ON DELETE CASCADE,
    number        integer NOT NULL CHECK (number BETWEEN 1 AND 10000),
    etag          text NOT NULL,
    tasks         integer NOT NULL CHECK (tasks >= 1),
    last_ended_at timestamptz NOT NULL,
    last_task_id  uuid NOT NULL,
    PRIMARY KEY (export_id, number)
);

-- A task changes its end once, so its other changes stay cheap: only columns that seldom change stand here.
CREATE INDEX tasks_ended ON tasks (project_id, ended_at, id) WHERE ended_at IS NOT NULL;
CREATE INDEX benchmark_items_input ON benchmark_items (input_sha256);

-- A task's events with the opening that each belongs to: an event of an earlier one that comes late says so itself.
CREATE FUNCTION task_events(of_task uuid)
RETURNS TABLE (id bigint, type text, at timestamptz, opening integer, visit integer, person_id uuid, data jsonb)
LANGUAGE sql STABLE AS $$
    SELECT e.id, e.type, e.time,
           coalesce((e.data ->> 'opening')::integer,
                    1 + (count(*) FILTER (WHERE e.type = 'loupe.task.reopened') OVER (ORDER BY e.id))::integer),
           e.visit, e.person_id, e.data
    FROM events e WHERE e.task_id = of_task
$$;

-- The state that an event says an opening ended in; null for all others.
CREATE FUNCTION ended_as(type text, data jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE type
        WHEN 'loupe.task.ended' THEN data ->> 'status'
        WHEN 'loupe.human_loop.status_changed' THEN CASE data ->> 'humanLoopStatus'
            WHEN 'Completed' THEN 'completed'
            WHEN 'Stopped' THEN 'cancelled'
            WHEN 'Failed' THEN 'failed'
        END
    END
$$;

-- How managers see a person.
CREATE FUNCTION person_shown(of_person uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('worker_id', p.worker_id, 'name', p.name, 'email', p.email) FROM people p WHERE p.id = of_person
$$;
