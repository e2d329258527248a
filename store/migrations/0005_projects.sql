-- Native projects: what a flow definition does not have, intake in bulk, windows, saved graphs.

ALTER TABLE projects
    -- What its answers have to look like: the template that people answer in says so.
    ADD COLUMN schema_kind text NOT NULL DEFAULT 'template' CHECK (schema_kind IN ('template')),
    -- How many of its tasks may be on their way to the end of their first people's stage.
    ADD COLUMN max_concurrent_tasks integer NOT NULL DEFAULT 1000 CHECK (max_concurrent_tasks BETWEEN 1 AND 5000),
    ADD COLUMN metadata jsonb NOT NULL DEFAULT '{}',
    -- A paused project starts nothing and offers nothing; work that is held may be finished.
    ADD COLUMN paused_at timestamptz;

-- Came by a project's own intake: named once in its project, and started by its window. Human loops are neither.
ALTER TABLE tasks ADD COLUMN native boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX tasks_native_name ON tasks (project_id, name) WHERE native AND deleted_at IS NULL;
-- What windows take from, best first.
CREATE INDEX tasks_queued ON tasks (project_id, priority DESC, created_at, id)
    WHERE native AND state = 'queued' AND deleted_at IS NULL;
-- The lists of a project's tasks, and the counts.
CREATE INDEX tasks_state ON tasks (project_id, state, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_stage ON tasks (project_id, stage, created_at, id) WHERE state = 'open' AND deleted_at IS NULL;
CREATE INDEX visits_escalated ON visits (escalated_at) WHERE escalated_at IS NOT NULL AND closed_at IS NULL;

-- Tasks that take up room in their project's window. Small and apart: there are at most max_concurrent_tasks for each
-- project, however many tasks it has.
CREATE TABLE window_tasks (
    task_id    uuid PRIMARY KEY REFERENCES tasks ON DELETE CASCADE,
    project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE
);
CREATE INDEX window_tasks_project ON window_tasks (project_id);

-- A task takes up room until its first visit in a people's stage has closed, or the task is over: these do so no more.
-- Nothing that closes visits or ends tasks has to know of windows.
CREATE VIEW window_leavers AS
    SELECT w.task_id, w.project_id FROM window_tasks w JOIN tasks t ON t.id = w.task_id
    WHERE t.ended_at IS NOT NULL OR EXISTS (
        SELECT 1 FROM visits v WHERE v.task_id = t.id AND v.opening = t.opening AND v.closed_at IS NOT NULL
    );

-- Starts up to `most` of a project's queued tasks, best first, as far as its window has room; how many. One caller at a
-- time for each project: a second one is answered 0.
CREATE FUNCTION open_window(of_project uuid, most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    room integer;
    started integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended(of_project::text, 7205346121)) THEN
        RETURN 0;
    END IF;
    DELETE FROM window_tasks w USING window_leavers l
    WHERE w.project_id = of_project AND l.project_id = of_project AND l.task_id = w.task_id;
    SELECT p.max_concurrent_tasks - (SELECT count(*) FROM window_tasks w WHERE w.project_id = p.id)
    INTO room
    FROM projects p
    WHERE p.id = of_project AND p.paused_at IS NULL AND p.deleting_at IS NULL AND p.deleted_at IS NULL;
    IF room IS NULL OR room <= 0 THEN
        RETURN 0;
    END IF;
    WITH best AS (
        SELECT id FROM tasks
        WHERE project_id = of_project AND native AND state = 'queued' AND deleted_at IS NULL
        ORDER BY priority DESC, created_at, id
        LIMIT least(room, most)
        FOR UPDATE SKIP LOCKED
    ), moved AS (
        UPDATE tasks t SET state = 'open', mail_seq = 1
        FROM best WHERE t.id = best.id
        RETURNING t.id, t.opening, t.priority, t.created_at
    ), message AS (
        INSERT INTO mailbox (task_id, opening, seq, kind) SELECT id, opening, 1, 'start' FROM moved
    ), head AS (
        INSERT INTO mailbox_heads (task_id, opening, last_seq, starts)
        SELECT id, opening, 1, true FROM moved ORDER BY priority DESC, created_at, id
    ), event AS (
        INSERT INTO events (task_id, type) SELECT id, 'loupe.task.started' FROM moved
    )
    INSERT INTO window_tasks (task_id, project_id) SELECT id, of_project FROM moved;
    GET DIAGNOSTICS started = ROW_COUNT;
    RETURN started;
END $$;

-- Graphs that people saved under a name of their own, not resolved.
CREATE TABLE graph_templates (
    name        text PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 63),
    description text NOT NULL DEFAULT '',
    body        jsonb NOT NULL CHECK (length(body::text) <= 65536),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
