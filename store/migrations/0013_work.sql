-- What people at work may do besides answering: take an answer back, ask for more time, report a problem.

-- A person's own answers, newest first.
DROP INDEX CONCURRENTLY IF EXISTS submissions_person;
CREATE INDEX CONCURRENTLY submissions_person ON submissions (person_id, submitted_at DESC, id DESC);

BEGIN;

-- Projects' own; Amazon A2I has none of it.
ALTER TABLE projects
    -- How long an answer may be taken back; its workflow does not hear of it before.
    ADD COLUMN withdraw_seconds integer NOT NULL DEFAULT 0 CHECK (withdraw_seconds BETWEEN 0 AND 300),
    -- By how much a hold may be extended at a time, and how often.
    ADD COLUMN extend_seconds integer NOT NULL DEFAULT 0 CHECK (extend_seconds BETWEEN 0 AND 86400),
    ADD COLUMN max_extensions integer NOT NULL DEFAULT 0 CHECK (max_extensions BETWEEN 0 AND 100),
    ADD CONSTRAINT projects_a2i_is_final CHECK (kind = 'project' OR (withdraw_seconds = 0 AND extend_seconds = 0 AND max_extensions = 0));

-- How often the present hold was extended.
ALTER TABLE assignments ADD COLUMN extensions smallint NOT NULL DEFAULT 0 CHECK (extensions >= 0);

-- Accepted answers that may still be taken back. The workflow's message is written, and numbered, when that time is over:
-- what is taken back leaves no gap, and nothing has to wait behind it.
CREATE TABLE withdrawable_submissions (
    submission_id uuid PRIMARY KEY REFERENCES submissions ON DELETE CASCADE,
    until         timestamptz NOT NULL
);
CREATE INDEX withdrawable_submissions_until ON withdrawable_submissions (until);

-- What was taken back, as it was given.
CREATE TABLE withdrawn_submissions (
    id             uuid PRIMARY KEY,
    assignment_id  uuid NOT NULL REFERENCES assignments,
    person_id      uuid NOT NULL REFERENCES people,
    content        text NOT NULL,
    active_seconds double precision NOT NULL,
    accepted_at    timestamptz NOT NULL,
    submitted_at   timestamptz NOT NULL,
    withdrawn_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX withdrawn_submissions_assignment ON withdrawn_submissions (assignment_id);

-- As in migration 3; what was reserved to somebody and only fetched ahead, by a page that they may never have looked at,
-- stays reserved to them.
CREATE OR REPLACE FUNCTION end_hold(of_assignment uuid, of_person uuid, with_token bigint, why text) RETURNS boolean LANGUAGE plpgsql AS $$
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
    SELECT v.draining_at IS NULL AND a.accepted_at IS NULL AND a.reserved_for = of_person
           AND (a.reserved_until IS NULL OR a.reserved_until > now())
           -- With a token it is the person who gives it back, without one somebody who takes it from them.
           AND (why = 'expired' OR (why = 'released' AND with_token IS NOT NULL)) AS stays_reserved
    INTO held FROM assignments a
    WHERE a.id = of_assignment AND a.state = 'held' AND a.person_id = of_person
      AND (with_token IS NULL OR (a.lease_token = with_token AND a.lease_until > now()))
      AND (why <> 'expired' OR a.wake_at <= now())
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE assignments
    SET state = CASE WHEN v.draining_at IS NULL THEN 'open' ELSE 'withdrawn' END,
        person_id = NULL, lease_token = lease_token + 1, lease_until = NULL, hold_until = NULL, accepted_at = NULL, wake_at = NULL,
        reserved_for = CASE WHEN held.stays_reserved THEN reserved_for END,
        reserved_until = CASE WHEN held.stays_reserved THEN reserved_until END
    WHERE id = of_assignment;
    PERFORM record_event(v.task_id, 'loupe.assignment.' || why, v.visit, of_person, jsonb_strip_nulls(
        jsonb_build_object('assignment', of_assignment, 'stays_reserved', CASE WHEN held.stays_reserved THEN true END)));
    IF v.draining_at IS NULL THEN
        IF v.escalated_at IS NULL AND held.stays_reserved IS NOT TRUE THEN
            PERFORM give_back(v.id);
        END IF;
    ELSIF NOT EXISTS (SELECT 1 FROM assignments WHERE visit_id = v.id AND state = 'held') THEN
        PERFORM post_message(v.task_id, 'exhausted', jsonb_build_object('visit', v.visit));
    END IF;
    RETURN true;
END $$;

-- What people report about tasks that they work on, and what managers answer.
CREATE TABLE problems (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    task_id       uuid NOT NULL REFERENCES tasks,
    assignment_id uuid REFERENCES assignments,
    person_id     uuid NOT NULL REFERENCES people,
    -- Which part of the task it is about, in the person's words or as a JSON Pointer.
    label         text CHECK (length(label) BETWEEN 1 AND 1000),
    text          text NOT NULL CHECK (length(text) BETWEEN 1 AND 10000),
    created_at    timestamptz NOT NULL DEFAULT now(),
    answered_at   timestamptz,
    answered_by   uuid REFERENCES people,
    answer        text CHECK (length(answer) BETWEEN 1 AND 10000),
    CHECK ((answered_at IS NULL) = (answer IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL))
);
CREATE INDEX problems_task ON problems (task_id);
CREATE INDEX problems_person ON problems (person_id, created_at DESC, id DESC);

-- Accepts what somebody submits: an answer to annotation, or (`decided`) a decision, under the visit's row lock. Tells the
-- workflow at once, or where the project lets people take answers back, once that time is over. Nulls where the lease or
-- the visit is over, or the work is of the other kind.
CREATE FUNCTION accept_submission(
    of_assignment uuid, of_person uuid, with_token bigint, submission uuid, given text, seconds double precision,
    decided text, remark text,
    OUT task uuid, OUT in_opening integer, OUT in_visit integer, OUT in_stage text, OUT at timestamptz, OUT withdraw_until timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    v record;
    done record;
BEGIN
    SELECT w.id, w.opening, w.visit, w.stage, w.queue_id, w.deadline_at,
           -- What was stopped cannot be taken back, and its workflow waits for the answer.
           CASE WHEN decided IS NULL AND w.draining_at IS NULL THEN p.withdraw_seconds ELSE 0 END AS withdraw_seconds
    INTO v
    FROM visits w JOIN assignments a ON a.visit_id = w.id
    JOIN queues q ON q.id = w.queue_id
    JOIN projects p ON p.id = q.project_id
    WHERE a.id = of_assignment AND w.closed_at IS NULL AND (q.kind = 'annotate') = (decided IS NULL)
    FOR UPDATE OF w;
    IF NOT FOUND THEN
        RETURN;
    ELSIF v.withdraw_seconds > 0 AND EXISTS (SELECT 1 FROM withdrawn_submissions t WHERE t.id = submission) THEN
        -- Sent before that answer was taken back, or under its id once more.
        RETURN;
    END IF;
    UPDATE assignments a
    SET state = 'submitted', submitted_at = now(), lease_until = NULL, wake_at = NULL,
        accepted_at = coalesce(a.accepted_at, date_trunc('milliseconds', now()))
    WHERE a.id = of_assignment AND a.person_id = of_person AND a.state = 'held'
      AND a.lease_token = with_token AND a.lease_until > now()
      -- Leaving a team or the role ends holds within seconds; meanwhile nothing is accepted.
      AND may_work(of_person, v.queue_id)
    RETURNING a.task_id, a.slot, a.accepted_at INTO done;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO submissions (id, assignment_id, person_id, content, active_seconds, accepted_at, submitted_at, decision, comment)
    VALUES (submission, of_assignment, of_person, given,
            greatest(0, least(seconds, extract(epoch FROM now() - done.accepted_at)::double precision)), done.accepted_at,
            date_trunc('milliseconds', now()), decided, remark)
    RETURNING submitted_at INTO at;
    DELETE FROM drafts WHERE assignment_id = of_assignment;
    PERFORM record_event(done.task_id, 'loupe.assignment.submitted', v.visit, of_person, jsonb_strip_nulls(
        jsonb_build_object('assignment', of_assignment, 'submission', submission, 'decision', decided)));
    IF decided = 'rejected' THEN
        UPDATE tasks SET rejections = rejections + 1 WHERE id = done.task_id;
    END IF;
    IF v.withdraw_seconds > 0 THEN
        INSERT INTO withdrawable_submissions (submission_id, until)
        VALUES (submission, least(now() + make_interval(secs => v.withdraw_seconds), v.deadline_at))
        RETURNING until INTO withdraw_until;
    ELSE
        PERFORM post_message(done.task_id, CASE WHEN decided IS NULL THEN 'submission' ELSE 'verdict' END,
                             jsonb_build_object('visit', v.visit, 'slot', done.slot));
    END IF;
    task := done.task_id;
    in_opening := v.opening;
    in_visit := v.visit;
    in_stage := v.stage;
END $$;

-- Tells workflows of up to `most` answers whose time to be taken back is over; how many. An answer of a visit that has
-- closed meanwhile was counted there.
CREATE FUNCTION tell_final_submissions(most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    final record;
    told integer := 0;
BEGIN
    FOR final IN
        SELECT w.submission_id, v.task_id, v.visit, v.closed_at, a.slot
        FROM withdrawable_submissions w
        JOIN submissions s ON s.id = w.submission_id
        JOIN assignments a ON a.id = s.assignment_id
        JOIN visits v ON v.id = a.visit_id
        WHERE w.until <= now()
        ORDER BY v.task_id, w.until
        LIMIT most
        FOR UPDATE OF w SKIP LOCKED
    LOOP
        DELETE FROM withdrawable_submissions WHERE submission_id = final.submission_id;
        IF final.closed_at IS NULL THEN
            PERFORM post_message(final.task_id, 'submission', jsonb_build_object('visit', final.visit, 'slot', final.slot));
        END IF;
        told := told + 1;
    END LOOP;
    RETURN told;
END $$;

-- Takes an answer back under the visit's row lock: its author holds the assignment again, with the answer as the draft, for
-- as long as was left when it was submitted. Says why not: unknown, closed, stopped, too_late, not_allowed.
CREATE FUNCTION withdraw_submission(of_assignment uuid, of_person uuid, submission uuid, lease_seconds integer)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v record;
    given record;
    hold timestamptz;
BEGIN
    SELECT w.id, w.task_id, w.visit, w.queue_id, w.closed_at, w.draining_at, w.deadline_at INTO v
    FROM visits w JOIN assignments a ON a.visit_id = w.id
    WHERE a.id = of_assignment FOR UPDATE OF w;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    SELECT * INTO given FROM submissions WHERE id = submission AND assignment_id = of_assignment AND person_id = of_person;
    IF NOT FOUND THEN
        -- The same call again: the first one took it back.
        PERFORM 1 FROM withdrawn_submissions t JOIN assignments a ON a.id = t.assignment_id AND a.person_id = t.person_id
        WHERE t.id = submission AND t.assignment_id = of_assignment AND t.person_id = of_person AND a.state = 'held';
        RETURN CASE WHEN FOUND THEN 'done' ELSE 'unknown' END;
    ELSIF v.closed_at IS NOT NULL OR v.deadline_at <= clock_timestamp() THEN
        RETURN 'closed';
    ELSIF v.draining_at IS NOT NULL THEN
        RETURN 'stopped';
    ELSIF NOT may_work(of_person, v.queue_id) THEN
        RETURN 'not_allowed';
    END IF;
    DELETE FROM withdrawable_submissions WHERE submission_id = submission AND until > clock_timestamp();
    IF NOT FOUND THEN
        RETURN 'too_late';
    END IF;
    INSERT INTO withdrawn_submissions (id, assignment_id, person_id, content, active_seconds, accepted_at, submitted_at)
    VALUES (given.id, of_assignment, of_person, given.content, given.active_seconds, given.accepted_at, given.submitted_at);
    DELETE FROM submissions WHERE id = submission;
    UPDATE assignments a
    SET state = 'held', submitted_at = NULL, lease_token = a.lease_token + 1,
        hold_until = least(coalesce(a.hold_until, now() + make_interval(secs => w.time_limit_seconds)) + (now() - given.submitted_at),
                           w.deadline_at)
    FROM visits w
    WHERE a.id = of_assignment AND w.id = a.visit_id
    RETURNING a.hold_until INTO hold;
    UPDATE assignments
    SET lease_until = least(now() + make_interval(secs => lease_seconds), hold),
        wake_at = least(now() + make_interval(secs => lease_seconds), hold)
    WHERE id = of_assignment;
    INSERT INTO drafts (assignment_id, person_id, content) VALUES (of_assignment, of_person, given.content)
    ON CONFLICT (assignment_id, person_id) DO UPDATE SET content = excluded.content, saved_at = now();
    PERFORM record_event(v.task_id, 'loupe.assignment.taken_back', v.visit, of_person,
                         jsonb_build_object('assignment', of_assignment, 'submission', submission));
    RETURN 'done';
END $$;

-- Extends a live hold by what the project allows at a time, never past the deadline. Says why not: gone (see the
-- assignment's standing), never, used_up, stopped, deadline.
CREATE FUNCTION extend_hold(of_assignment uuid, of_person uuid, with_token bigint, lease_seconds integer)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v record;
    held record;
    hold timestamptz;
BEGIN
    SELECT w.id, w.task_id, w.visit, w.closed_at, w.draining_at, w.deadline_at, p.extend_seconds, p.max_extensions INTO v
    FROM visits w JOIN assignments a ON a.visit_id = w.id
    JOIN queues q ON q.id = w.queue_id
    JOIN projects p ON p.id = q.project_id
    WHERE a.id = of_assignment FOR UPDATE OF w;
    SELECT a.hold_until, a.extensions INTO held FROM assignments a
    WHERE a.id = of_assignment AND a.person_id = of_person AND a.state = 'held' AND a.lease_token = with_token
      AND a.lease_until > now() AND a.accepted_at IS NOT NULL AND v.closed_at IS NULL
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'gone';
    ELSIF v.extend_seconds = 0 OR v.max_extensions = 0 THEN
        RETURN 'never';
    ELSIF held.extensions >= v.max_extensions THEN
        RETURN 'used_up';
    ELSIF v.draining_at IS NOT NULL THEN
        RETURN 'stopped';
    END IF;
    hold := least(held.hold_until + make_interval(secs => v.extend_seconds), v.deadline_at);
    IF hold <= held.hold_until THEN
        RETURN 'deadline';
    END IF;
    UPDATE assignments
    SET hold_until = hold, extensions = extensions + 1,
        lease_until = least(now() + make_interval(secs => lease_seconds), hold),
        wake_at = least(now() + make_interval(secs => lease_seconds), hold)
    WHERE id = of_assignment;
    PERFORM record_event(v.task_id, 'loupe.assignment.extended', v.visit, of_person,
                         jsonb_build_object('assignment', of_assignment, 'until', hold));
    RETURN 'done';
END $$;
