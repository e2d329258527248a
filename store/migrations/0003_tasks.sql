-- Tasks on their way through a graph: mailbox, visits, assignments, the people's queue, events.

CREATE TABLE tasks (
    id                uuid PRIMARY KEY,
    project_id        uuid NOT NULL REFERENCES projects,
    name              text NOT NULL,
    input_sha256      bytea NOT NULL,
    content_classifiers text[] NOT NULL DEFAULT '{}',
    priority          smallint NOT NULL DEFAULT 50 CHECK (priority BETWEEN 0 AND 100),
    graph_version     integer NOT NULL,
    -- What a client says of the task besides its input; a model's guess: {"label": {...}, "confidence": 0..1, "class"?, "model"?}
    metadata          jsonb NOT NULL DEFAULT '{}',
    prediction        jsonb,
    opening           integer NOT NULL DEFAULT 1 CHECK (opening >= 1),
    -- The last number given to a message of this opening; the workflow takes them without a gap.
    mail_seq          bigint NOT NULL DEFAULT 0,
    -- The process writes these.
    state             text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'open', 'completed', 'archived', 'cancelled', 'failed')),
    stage             text,
    visit             integer NOT NULL DEFAULT 0,
    -- How often reviewers sent this opening back.
    rejections        integer NOT NULL DEFAULT 0,
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
    -- Null once the team is gone, which it can be when the project is.
    team_id         uuid REFERENCES work_teams ON DELETE SET NULL,
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
    -- Past its deadline with no pathway drawn for that: only managers give it out.
    escalated_at       timestamptz,
    exhausted_at       timestamptz,
    starved_at         timestamptz,
    starved_reason     text CHECK (starved_reason IN ('no_members', 'team_too_small', 'all_declined', 'excluded')),
    closed_at          timestamptz,
    close_reason       text CHECK (close_reason IN ('submitted', 'expired', 'stopped', 'cancelled', 'moved')),
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
    -- Which of the task's answers is reworked here.
    answer         smallint CHECK (answer >= 1),
    -- Offered to one person alone; until it is taken, or without an end where there is no time.
    reserved_for   uuid REFERENCES people,
    reserved_until timestamptz,
    UNIQUE (visit_id, slot),
    -- Nobody takes two slots of one visit.
    UNIQUE (visit_id, person_id),
    CHECK (state <> 'open' OR person_id IS NULL),
    CHECK (state NOT IN ('held', 'submitted') OR person_id IS NOT NULL),
    CHECK ((state = 'submitted') = (submitted_at IS NOT NULL)),
    CHECK (state = 'held' OR (lease_until IS NULL AND wake_at IS NULL)),
    CHECK (reserved_until IS NULL OR reserved_for IS NOT NULL),
    CHECK (lease_until IS NULL OR hold_until IS NULL OR lease_until <= hold_until)
) WITH (fillfactor = 70);
CREATE INDEX assignments_task ON assignments (task_id);
CREATE INDEX assignments_wake ON assignments (wake_at) WHERE state = 'held';
CREATE INDEX assignments_held ON assignments (person_id) WHERE state = 'held';
CREATE INDEX assignments_reserved ON assignments (reserved_for) WHERE state = 'open' AND reserved_for IS NOT NULL;

CREATE TABLE submissions (
    id             uuid PRIMARY KEY,
    assignment_id  uuid NOT NULL UNIQUE REFERENCES assignments,
    person_id      uuid NOT NULL REFERENCES people,
    -- Null where somebody decided without giving an answer of their own.
    content        text,
    decision       text CHECK (decision IN ('approved', 'rejected', 'agreed', 'no_consensus')),
    comment        text NOT NULL DEFAULT '' CHECK (length(comment) <= 10000),
    active_seconds double precision NOT NULL CHECK (active_seconds >= 0),
    accepted_at    timestamptz NOT NULL,
    CHECK (content IS NOT NULL OR decision IS NOT NULL),
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

-- Who may not take a visit's slots: they declined, contributed to what is reviewed, or worked on the task before.
CREATE TABLE exclusions (
    visit_id  bigint NOT NULL REFERENCES visits ON DELETE CASCADE,
    person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    why       text NOT NULL CHECK (why IN ('declined', 'contributed', 'worked_before')),
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
    -- When the visit was opened, also where a slot came back later: as old as its rank.
    queued_at  timestamptz NOT NULL DEFAULT now(),
    -- The visit's deadline: nothing is offered past it, though its workflow has not closed it yet.
    until      timestamptz
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
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

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
        WHEN 'completed' THEN CASE WHEN stop_requested_at IS NULL THEN 'Completed' ELSE 'Stopped' END
        WHEN 'archived' THEN 'Completed'
        WHEN 'cancelled' THEN 'Stopped'
        WHEN 'failed' THEN 'Failed'
        ELSE CASE WHEN stop_requested_at IS NULL THEN 'InProgress' ELSE 'Stopping' END
    END
$$;

-- The detail of the event "SageMaker A2I HumanLoop Status Change".
CREATE FUNCTION human_loop_detail(
    loop_name text, flow_name text, arn_base text, created_at timestamptz, status text,
    failure_code text, failure_reason text, output_uri text
) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'creationTime', to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'failureCode', failure_code,
        'failureReason', failure_reason,
        'flowDefinitionArn', arn_base || ':flow-definition/' || flow_name,
        'humanLoopArn', arn_base || ':human-loop/' || loop_name,
        'humanLoopName', loop_name,
        'humanLoopOutput', CASE WHEN output_uri IS NULL THEN NULL ELSE jsonb_build_object('outputS3Uri', output_uri) END,
        'humanLoopStatus', status)
$$;

-- Records the status that a task has now.
CREATE FUNCTION record_status(of_task uuid, by_person uuid) RETURNS void LANGUAGE sql AS $$
    INSERT INTO events (task_id, type, visit, person_id, data)
    SELECT t.id, 'loupe.human_loop.status_changed', t.visit, by_person,
           human_loop_detail(t.name, p.name, p.arn_base, t.created_at, human_loop_status(t.state, t.stop_requested_at),
                             t.failure_code, t.failure_reason, t.output_uri)
    FROM tasks t JOIN projects p ON p.id = t.project_id
    WHERE t.id = of_task
$$;

-- Tells cursors that work came into a queue before its newest end.
CREATE FUNCTION note_return(in_queue bigint, at_rank bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    raised bigint;
BEGIN
    UPDATE queues SET generation = generation + 1, head_rank = least(head_rank, at_rank)
    WHERE id = in_queue
    RETURNING generation INTO raised;
    INSERT INTO queue_returns (queue_id, generation, rank) VALUES (in_queue, raised, at_rank);
END $$;

-- Offers a new visit's slots.
CREATE FUNCTION offer(
    of_visit bigint, in_queue bigint, at_rank bigint, with_priority smallint, slots smallint, deadline timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    lowest smallint;
BEGIN
    INSERT INTO takeable (visit_id, queue_id, rank, free_slots, until) VALUES (of_visit, in_queue, at_rank, slots, deadline);
    SELECT lowest_priority INTO lowest FROM queues WHERE id = in_queue;
    IF with_priority > lowest THEN
        PERFORM note_return(in_queue, at_rank);
    ELSIF with_priority < lowest THEN
        UPDATE queues SET lowest_priority = least(lowest_priority, with_priority) WHERE id = in_queue;
    END IF;
END $$;

-- Whether somebody may work in a queue: members of its team with a role for it; managers where it is given to them.
CREATE FUNCTION may_work(person uuid, in_queue bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM people p JOIN queues q ON q.id = in_queue
        WHERE p.id = person AND p.disabled_at IS NULL AND p.role = ANY (roles_for(q.kind))
          AND (p.role IN ('admin', 'team_manager')
               OR EXISTS (SELECT 1 FROM work_team_members m WHERE m.team_id = q.team_id AND m.person_id = p.id))
    )
$$;

-- Puts one slot of a visit back into its queue.
CREATE FUNCTION give_back(of_visit bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO takeable AS t (visit_id, queue_id, rank, free_slots, touched, queued_at, until)
    SELECT id, queue_id, rank, 1, true, opened_at, deadline_at FROM visits WHERE id = of_visit
    ON CONFLICT (visit_id) DO UPDATE SET free_slots = t.free_slots + 1, touched = true;
    SELECT note_return(queue_id, rank) FROM visits WHERE id = of_visit;
$$;

-- Takes a held assignment from its person: released, declined, expired (the hold or an unopened prefetch is over), or
-- removed (the person left). Its slot goes back to the queue, or is withdrawn where the visit is draining; the workflow
-- hears of it only when nobody is left who holds one. The caller must not hold a lock on the assignment.
CREATE FUNCTION end_hold(of_assignment uuid, of_person uuid, with_token bigint, why text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    held record;
    v record;
BEGIN
    SELECT v2.id, v2.task_id, v2.visit, v2.escalated_at, v2.draining_at, v2.closed_at INTO v
    FROM visits v2 JOIN assignments a ON a.visit_id = v2.id
    WHERE a.id = of_assignment FOR UPDATE OF v2;
    IF NOT FOUND OR v.closed_at IS NOT NULL THEN
        RETURN false;
    END IF;
    SELECT person_id INTO held FROM assignments
    WHERE id = of_assignment AND state = 'held' AND person_id = of_person
      AND (with_token IS NULL OR (lease_token = with_token AND lease_until > now()))
      AND (why <> 'expired' OR wake_at <= now())
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE assignments
    SET state = CASE WHEN v.draining_at IS NULL THEN 'open' ELSE 'withdrawn' END,
        person_id = NULL, lease_token = lease_token + 1, lease_until = NULL, hold_until = NULL, accepted_at = NULL, wake_at = NULL,
        reserved_for = NULL, reserved_until = NULL
    WHERE id = of_assignment;
    PERFORM record_event(v.task_id, 'loupe.assignment.' || why, v.visit, of_person, jsonb_build_object('assignment', of_assignment));
    IF v.draining_at IS NULL THEN
        IF v.escalated_at IS NULL THEN
            PERFORM give_back(v.id);
        END IF;
    ELSIF NOT EXISTS (SELECT 1 FROM assignments WHERE visit_id = v.id AND state = 'held') THEN
        PERFORM post_message(v.task_id, 'exhausted', jsonb_build_object('visit', v.visit));
    END IF;
    RETURN true;
END $$;

-- Who could still take a slot of a visit: active members of its team who took none and are not excluded.
CREATE FUNCTION eligible_people(of_visit bigint) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT m.person_id
    FROM visits v JOIN queues q ON q.id = v.queue_id
    JOIN work_team_members m ON m.team_id = q.team_id
    JOIN people p ON p.id = m.person_id AND p.role = ANY (roles_for(q.kind))
    WHERE v.id = of_visit
      AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.visit_id = v.id AND a.person_id = m.person_id)
      AND NOT EXISTS (SELECT 1 FROM exclusions d WHERE d.visit_id = v.id AND d.person_id = m.person_id)
$$;

-- Closes a visit under its row lock, or says why it stays open. Modes: submitted (all slots answered), expired,
-- stopped (held work may finish), exhausted (nobody is left who could answer), cancelled, moved (only where nobody holds
-- or answered anything). The decision is that of a visit with one slot.
CREATE FUNCTION close_visit(of_task uuid, in_opening integer, of_visit integer, mode text)
RETURNS TABLE (closed boolean, reason text, answers integer, held_until timestamptz, decision text) LANGUAGE plpgsql AS $$
DECLARE
    v record;
    tally record;
BEGIN
    SELECT * INTO v FROM visits WHERE task_id = of_task AND opening = in_opening AND visit = of_visit FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT count(*) FILTER (WHERE state = 'submitted')::integer AS answers,
           count(*) FILTER (WHERE state = 'held' AND coalesce(hold_until, lease_until) > now())::integer AS held,
           max(coalesce(hold_until, lease_until)) FILTER (WHERE state = 'held') AS held_until
    INTO tally FROM assignments WHERE visit_id = v.id;
    IF tally.answers > 0 AND v.overlap = 1 THEN
        SELECT s.decision INTO close_visit.decision
        FROM submissions s JOIN assignments a ON a.id = s.assignment_id WHERE a.visit_id = v.id;
    END IF;
    IF v.closed_at IS NOT NULL THEN
        RETURN QUERY SELECT true, v.close_reason, tally.answers, NULL::timestamptz, close_visit.decision;
        RETURN;
    END IF;
    IF tally.answers >= v.overlap THEN
        reason := 'submitted';
    ELSIF mode = 'expired' THEN
        reason := 'expired';
    ELSIF mode = 'cancelled' THEN
        reason := 'cancelled';
    ELSIF mode = 'moved' THEN
        IF tally.answers = 0 AND tally.held = 0 THEN
            reason := 'moved';
        END IF;
    ELSIF mode = 'stopped' OR v.draining_at IS NOT NULL THEN
        UPDATE visits SET draining_at = now() WHERE id = v.id AND draining_at IS NULL;
        DELETE FROM takeable WHERE visit_id = v.id;
        UPDATE assignments SET state = 'withdrawn' WHERE visit_id = v.id AND state = 'open';
        -- A claim that the deletion waited for may have taken a slot.
        SELECT count(*)::integer AS held, max(coalesce(hold_until, lease_until)) AS held_until
        INTO tally.held, tally.held_until FROM assignments
        WHERE visit_id = v.id AND state = 'held' AND coalesce(hold_until, lease_until) > now();
        IF tally.held = 0 THEN
            reason := 'stopped';
        END IF;
    ELSIF mode = 'exhausted' AND tally.held = 0 AND NOT EXISTS (SELECT 1 FROM eligible_people(v.id)) THEN
        reason := 'expired';
    END IF;
    IF reason IS NULL THEN
        IF mode = 'exhausted' THEN
            -- Somebody may take it after all; the sweep tells again when that is over too.
            UPDATE visits SET exhausted_at = NULL WHERE id = v.id;
        ELSIF mode = 'moved' THEN
            PERFORM settle_move(of_task, in_opening, of_visit, NULL);
        END IF;
        RETURN QUERY SELECT false, NULL::text, tally.answers, tally.held_until, NULL::text;
        RETURN;
    END IF;
    DELETE FROM takeable WHERE visit_id = v.id;
    UPDATE assignments SET state = 'withdrawn', lease_until = NULL, wake_at = NULL
    WHERE visit_id = v.id AND state IN ('open', 'held');
    UPDATE visits SET closed_at = now(), close_reason = close_visit.reason, starved_at = NULL, starved_reason = NULL WHERE id = v.id;
    DELETE FROM drafts d USING assignments a WHERE d.assignment_id = a.id AND a.visit_id = v.id;
    PERFORM settle_move(of_task, in_opening, of_visit, close_visit.reason);
    PERFORM record_event(v.task_id, 'loupe.visit.closed', v.visit, NULL, jsonb_build_object('reason', close_visit.reason));
    RETURN QUERY SELECT true, close_visit.reason, tally.answers, NULL::timestamptz, close_visit.decision;
END $$;

-- Small totals that outlive a process: lease expiries, refused output writes.
CREATE TABLE counters (
    name  text NOT NULL,
    flow  text NOT NULL,
    value bigint NOT NULL,
    PRIMARY KEY (name, flow)
);
