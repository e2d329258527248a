-- Tasks on their way through a graph: mailbox, visits, assignments, the people's queue, events.

CREATE TABLE tasks (
    id                uuid PRIMARY KEY,
    project_id        uuid NOT NULL REFERENCES projects,
    name              text NOT NULL,
    input_sha256      bytea NOT NULL,
    content_classifiers text[] NOT NULL DEFAULT '{}',
    priority          smallint NOT NULL DEFAULT 50 CHECK (priority BETWEEN 0 AND 100),
    graph_version     integer NOT NULL,
    opening           integer NOT NULL DEFAULT 1 CHECK (opening >= 1),
    -- The last number given to a message of this opening; the workflow takes them without a gap.
    mail_seq          bigint NOT NULL DEFAULT 0,
    -- The process writes these.
    state             text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'open', 'completed', 'archived', 'cancelled', 'failed')),
    stage             text,
    visit             integer NOT NULL DEFAULT 0,
    failure_code      text,
    failure_reason    text CHECK (length(failure_reason) <= 1024),
    output_uri        text,
    ended_at          timestamptz,
    -- The API writes these.
    stop_requested_at timestamptz,
    deleted_at        timestamptz,
    created_at        timestamptz NOT NULL,
    -- Second that stands in the output key; later than created_at where a name was used twice in one second.
    output_stamp      timestamptz NOT NULL,
    CHECK ((ended_at IS NULL) = (state IN ('queued', 'open'))),
    CHECK (state = 'failed' OR failure_code IS NULL),
    CHECK (state <> 'completed' OR output_uri IS NOT NULL)
) WITH (fillfactor = 80);
CREATE INDEX tasks_project ON tasks (project_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE task_inputs (
    task_id uuid PRIMARY KEY REFERENCES tasks ON DELETE CASCADE,
    content text NOT NULL
);

-- Who has a human loop's name now, and the last second that stood in an output key of that name.
CREATE TABLE human_loop_names (
    name         text PRIMARY KEY,
    task_id      uuid REFERENCES tasks,
    output_stamp timestamptz NOT NULL
);

-- Messages to the task's workflow that were not delivered yet.
CREATE TABLE mailbox (
    task_id    uuid NOT NULL,
    opening    integer NOT NULL,
    seq        bigint NOT NULL CHECK (seq >= 1),
    kind       text NOT NULL,
    body       jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (task_id, opening, seq)
);

-- One row for each opening with undelivered messages: what relays claim.
CREATE TABLE mailbox_heads (
    task_id     uuid NOT NULL,
    opening     integer NOT NULL,
    last_seq    bigint NOT NULL,
    starts      boolean NOT NULL,
    waiting_since timestamptz NOT NULL DEFAULT clock_timestamp(),
    ready_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    relay_token uuid,
    attempts    integer NOT NULL DEFAULT 0,
    last_error  text,
    dead_at     timestamptz,
    PRIMARY KEY (task_id, opening)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 2000);
-- Messages of running tasks go before starts.
CREATE INDEX mailbox_heads_ready ON mailbox_heads (starts, ready_at) WHERE dead_at IS NULL;

-- What annotators see as one queue: a project's stages with one shown_as, served by one team.
CREATE TABLE queues (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id      uuid NOT NULL REFERENCES projects,
    shown_as        text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('annotate', 'review', 'consensus')),
    team_id         uuid NOT NULL REFERENCES work_teams,
    -- Nothing that can be taken has a lower rank.
    head_rank       bigint NOT NULL DEFAULT 0,
    -- Raised whenever work comes into the queue before its newest end.
    generation      bigint NOT NULL DEFAULT 0,
    lowest_priority smallint NOT NULL DEFAULT 100,
    UNIQUE (project_id, shown_as, kind, team_id)
);
CREATE INDEX queues_team ON queues (team_id);

CREATE SEQUENCE queue_positions;

CREATE TABLE visits (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id            uuid NOT NULL REFERENCES tasks,
    opening            integer NOT NULL,
    visit              integer NOT NULL CHECK (visit >= 1),
    stage              text NOT NULL,
    queue_id           bigint NOT NULL REFERENCES queues,
    overlap            smallint NOT NULL CHECK (overlap BETWEEN 1 AND 9),
    time_limit_seconds integer NOT NULL CHECK (time_limit_seconds >= 1),
    -- (100 - priority) * 2^48 + position: the queue's order.
    rank               bigint NOT NULL,
    opened_at          timestamptz NOT NULL DEFAULT now(),
    deadline_at        timestamptz,
    -- Stopped: work that is held may finish, nothing is offered any more.
    draining_at        timestamptz,
    exhausted_at       timestamptz,
    starved_at         timestamptz,
    starved_reason     text CHECK (starved_reason IN ('no_members', 'team_too_small', 'all_declined')),
    closed_at          timestamptz,
    close_reason       text CHECK (close_reason IN ('submitted', 'expired', 'stopped', 'cancelled')),
    UNIQUE (task_id, opening, visit),
    CHECK ((closed_at IS NULL) = (close_reason IS NULL)),
    CHECK ((starved_at IS NULL) = (starved_reason IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX visits_starved ON visits (starved_at) WHERE starved_at IS NOT NULL AND closed_at IS NULL;

CREATE TABLE assignments (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    visit_id     bigint NOT NULL REFERENCES visits,
    task_id      uuid NOT NULL REFERENCES tasks,
    slot         smallint NOT NULL CHECK (slot >= 1),
    state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'held', 'submitted', 'withdrawn')),
    person_id    uuid REFERENCES people,
    lease_token  bigint NOT NULL DEFAULT 0,
    lease_until  timestamptz,
    hold_until   timestamptz,
    accepted_at  timestamptz,
    -- When the sweep has to look at it: the end of the lease or of the hold.
    wake_at      timestamptz,
    submitted_at timestamptz,
    UNIQUE (visit_id, slot),
    -- Nobody takes two slots of one visit.
    UNIQUE (visit_id, person_id),
    CHECK (state <> 'open' OR person_id IS NULL),
    CHECK (state NOT IN ('held', 'submitted') OR person_id IS NOT NULL),
    CHECK ((state = 'submitted') = (submitted_at IS NOT NULL)),
    CHECK (state = 'held' OR (lease_until IS NULL AND wake_at IS NULL)),
    CHECK (lease_until IS NULL OR hold_until IS NULL OR lease_until <= hold_until)
) WITH (fillfactor = 70);
CREATE INDEX assignments_task ON assignments (task_id);
CREATE INDEX assignments_wake ON assignments (wake_at) WHERE state = 'held';
CREATE INDEX assignments_held ON assignments (person_id) WHERE state = 'held';

CREATE TABLE submissions (
    id             uuid PRIMARY KEY,
    assignment_id  uuid NOT NULL UNIQUE REFERENCES assignments,
    person_id      uuid NOT NULL REFERENCES people,
    content        text NOT NULL,
    active_seconds double precision NOT NULL CHECK (active_seconds >= 0),
    accepted_at    timestamptz NOT NULL,
    submitted_at   timestamptz NOT NULL DEFAULT now()
);

-- Shown to its author alone, also when the work comes back to them.
CREATE TABLE drafts (
    assignment_id uuid NOT NULL REFERENCES assignments ON DELETE CASCADE,
    person_id     uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    content       text NOT NULL,
    saved_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (assignment_id, person_id)
);

CREATE TABLE declines (
    visit_id  bigint NOT NULL REFERENCES visits ON DELETE CASCADE,
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    reason    text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (visit_id, person_id)
);

-- Visits with a free slot. Small and apart, so that dead rows do not pile up before the live ones.
CREATE TABLE takeable (
    visit_id   bigint PRIMARY KEY REFERENCES visits ON DELETE CASCADE,
    queue_id   bigint NOT NULL REFERENCES queues,
    rank       bigint NOT NULL,
    free_slots smallint NOT NULL CHECK (free_slots >= 1),
    -- Somebody took a slot or declined: only such a visit can be starved by itself.
    touched    boolean NOT NULL DEFAULT false,
    queued_at  timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX takeable_order ON takeable (queue_id, rank);
CREATE INDEX takeable_touched ON takeable (visit_id) WHERE touched;

-- Where a person's search begins: nothing is left for them before it.
CREATE TABLE queue_cursors (
    person_id  uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    queue_id   bigint NOT NULL REFERENCES queues ON DELETE CASCADE,
    rank       bigint NOT NULL,
    generation bigint NOT NULL,
    moved_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (person_id, queue_id)
) WITH (fillfactor = 50);

-- Work that came into a queue before its newest end, for cursors that had passed the place.
CREATE TABLE queue_returns (
    queue_id   bigint NOT NULL REFERENCES queues ON DELETE CASCADE,
    generation bigint NOT NULL,
    rank       bigint NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (queue_id, generation)
);

-- Append-only. Status changes carry the EventBridge-shaped detail in data.
CREATE TABLE events (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id  uuid NOT NULL DEFAULT gen_random_uuid(),
    type      text NOT NULL,
    time      timestamptz NOT NULL DEFAULT clock_timestamp(),
    task_id   uuid,
    visit     integer,
    person_id uuid,
    data      jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX events_task ON events (task_id, id) WHERE task_id IS NOT NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only';
END $$;
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION record_event(of_task uuid, of_type text, in_visit integer, by_person uuid, with_data jsonb DEFAULT '{}')
RETURNS bigint LANGUAGE sql AS $$
    INSERT INTO events (task_id, type, visit, person_id, data)
    VALUES (of_task, of_type, in_visit, by_person, with_data)
    RETURNING id
$$;

-- Writes a message for the workflow of a task's current opening; null where the task is over.
CREATE FUNCTION post_message(to_task uuid, of_kind text, with_body jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    message record;
BEGIN
    UPDATE tasks SET mail_seq = mail_seq + 1
    WHERE id = to_task AND ended_at IS NULL
    RETURNING opening, mail_seq INTO message;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO mailbox (task_id, opening, seq, kind, body)
    VALUES (to_task, message.opening, message.mail_seq, of_kind, with_body);
    INSERT INTO mailbox_heads AS head (task_id, opening, last_seq, starts)
    VALUES (to_task, message.opening, message.mail_seq, message.mail_seq = 1)
    ON CONFLICT (task_id, opening) DO UPDATE SET last_seq = excluded.last_seq;
    RETURN message.mail_seq;
END $$;

-- A2I's words for a task's status: derived from what the process and the API wrote, so a client sees its own calls at once.
CREATE FUNCTION human_loop_status(state text, stop_requested_at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE state
        WHEN 'completed' THEN 'Completed'
        WHEN 'archived' THEN 'Completed'
        WHEN 'cancelled' THEN 'Stopped'
        WHEN 'failed' THEN 'Failed'
        ELSE CASE WHEN stop_requested_at IS NULL THEN 'InProgress' ELSE 'Stopping' END
    END
$$;

-- Puts a visit's free slot back into its queue, at the visit's own place.
CREATE FUNCTION return_to_queue(of_visit bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    place record;
    raised bigint;
BEGIN
    SELECT v.queue_id, v.rank INTO place FROM visits v
    WHERE v.id = of_visit AND v.closed_at IS NULL AND v.draining_at IS NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO takeable AS t (visit_id, queue_id, rank, free_slots, touched)
    VALUES (of_visit, place.queue_id, place.rank, 1, true)
    ON CONFLICT (visit_id) DO UPDATE SET free_slots = t.free_slots + 1, touched = true;
    UPDATE queues SET generation = generation + 1, head_rank = least(head_rank, place.rank)
    WHERE id = place.queue_id
    RETURNING generation INTO raised;
    INSERT INTO queue_returns (queue_id, generation, rank) VALUES (place.queue_id, raised, place.rank);
END $$;
