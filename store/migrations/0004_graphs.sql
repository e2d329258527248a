-- What the stages of a graph add to the smallest one: labels and their authors, verdicts, agreement, rework.

-- What a task's answers are after a visit that changed them otherwise than by plain submissions: rework, an edit in
-- review, a merge, an agent, a prediction. A visit writes all answers of the task. Append-only.
CREATE TABLE labels (
    task_id uuid NOT NULL REFERENCES tasks,
    opening integer NOT NULL,
    visit   integer NOT NULL,
    answer  smallint NOT NULL CHECK (answer >= 1),
    source  text NOT NULL CHECK (source IN ('person', 'rework', 'edit', 'merge', 'agent', 'prediction')),
    content text NOT NULL,
    -- Person by JSON Pointer; '' is whoever made all that no longer pointer names. Empty where no person did.
    authors jsonb NOT NULL DEFAULT '{}',
    at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (task_id, opening, visit, answer)
);

-- What a reviewer said about one label of one answer, and about which value. Append-only.
CREATE TABLE verdicts (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id       uuid NOT NULL REFERENCES tasks,
    opening       integer NOT NULL,
    visit         integer NOT NULL,
    stage         text NOT NULL,
    submission_id uuid NOT NULL REFERENCES submissions,
    person_id     uuid NOT NULL REFERENCES people,
    answer        smallint NOT NULL,
    label         text NOT NULL,
    value_sha256  bytea NOT NULL,
    verdict       text NOT NULL CHECK (verdict IN ('approve', 'reject')),
    comment       text NOT NULL DEFAULT '' CHECK (length(comment) <= 10000),
    at            timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX verdicts_task ON verdicts (task_id, opening, visit);

-- What the annotators' agreement in a visit was measured to be.
CREATE TABLE agreements (
    task_id   uuid NOT NULL REFERENCES tasks,
    opening   integer NOT NULL,
    visit     integer NOT NULL,
    measure   text NOT NULL,
    agreement double precision NOT NULL CHECK (agreement BETWEEN 0 AND 1),
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (task_id, opening, visit)
);

-- A task's answers as they were before a visit: those of the last visit that made any.
CREATE FUNCTION label_set(of_task uuid, in_opening integer, before integer)
RETURNS TABLE (answer smallint, visit integer, source text, content text, authors jsonb) LANGUAGE sql STABLE AS $$
    WITH made AS (
        SELECT max(l.visit) AS visit FROM labels l
        WHERE l.task_id = of_task AND l.opening = in_opening AND l.visit < before
    ), answered AS (
        SELECT max(v.visit) AS visit FROM visits v JOIN queues q ON q.id = v.queue_id
        WHERE v.task_id = of_task AND v.opening = in_opening AND v.visit < before AND q.kind = 'annotate'
          AND EXISTS (SELECT 1 FROM assignments a WHERE a.visit_id = v.id AND a.state = 'submitted')
    )
    SELECT l.answer, l.visit, l.source, l.content, l.authors
    FROM made JOIN labels l ON l.task_id = of_task AND l.opening = in_opening AND l.visit = made.visit
    WHERE made.visit >= coalesce((SELECT answered.visit FROM answered), 0)
    UNION ALL
    SELECT a.slot, v.visit, 'person', s.content, jsonb_build_object('', s.person_id)
    FROM answered JOIN visits v ON v.task_id = of_task AND v.opening = in_opening AND v.visit = answered.visit
    JOIN assignments a ON a.visit_id = v.id
    JOIN submissions s ON s.assignment_id = a.id
    WHERE answered.visit > coalesce((SELECT made.visit FROM made), 0)
$$;

-- Who made a label: the longest pointer that names it or what it is part of; null where no person did.
CREATE FUNCTION author_of(authors jsonb, label text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT nullif(a.value, '')::uuid FROM jsonb_each_text(authors) AS a
    WHERE a.key IN ('', label) OR starts_with(label, a.key || '/')
    ORDER BY length(a.key) DESC
    LIMIT 1
$$;

-- Opens a visit that the plain statement cannot: rework for the authors of rejected labels, a review or a decision that
-- goes first to who did it before, people who are excluded. Returns how many slots it has; a second call the same.
CREATE FUNCTION open_visit(
    of_task uuid, in_opening integer, in_visit integer, in_stage text, in_queue bigint, slots smallint, time_limit integer,
    deadline timestamptz, rejected_in integer, again_after integer, reserved_for_seconds integer, own_allowed boolean,
    reassessment_allowed boolean
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    t record;
    v record;
    of_kind text;
    answers smallint[];
    reserved uuid[];
    free smallint;
BEGIN
    SELECT id, priority INTO t FROM tasks WHERE id = of_task AND opening = in_opening AND ended_at IS NULL FOR UPDATE;
    SELECT visits.overlap INTO v FROM visits WHERE visits.task_id = of_task AND opening = in_opening AND visits.visit = in_visit;
    IF FOUND OR t.id IS NULL THEN
        RETURN v.overlap;
    END IF;
    SELECT kind INTO of_kind FROM queues WHERE id = in_queue;
    IF rejected_in IS NOT NULL AND of_kind = 'annotate' THEN
        -- Nobody takes two slots of one visit: what is left of a person's is for their team.
        SELECT array_agg(r.answer ORDER BY r.answer, r.person),
               array_agg(CASE WHEN r.nth = 1 AND may_work(r.person, in_queue) THEN r.person END ORDER BY r.answer, r.person)
        INTO answers, reserved
        FROM (
            SELECT w.answer, w.person, row_number() OVER (PARTITION BY w.person ORDER BY w.answer) AS nth FROM (
                SELECT DISTINCT l.answer, author_of(l.authors, d.label) AS person
                FROM verdicts d JOIN label_set(of_task, in_opening, rejected_in) l ON l.answer = d.answer
                WHERE d.task_id = of_task AND d.opening = in_opening AND d.visit = rejected_in AND d.verdict = 'reject'
            ) AS w
        ) AS r;
    END IF;
    IF answers IS NULL THEN
        answers := array_fill(NULL::smallint, ARRAY[slots::integer]);
        reserved := array_fill(NULL::uuid, ARRAY[slots::integer]);
    END IF;
    IF again_after IS NOT NULL THEN
        reserved[1] := coalesce(reserved[1], (
            SELECT s.person_id
            FROM visits w JOIN assignments a ON a.visit_id = w.id JOIN submissions s ON s.assignment_id = a.id
            WHERE w.task_id = of_task AND w.opening = in_opening AND w.visit = again_after
              AND may_work(s.person_id, in_queue)
            LIMIT 1
        ));
    END IF;

    UPDATE tasks SET state = 'open', stage = in_stage, visit = in_visit WHERE id = of_task;
    INSERT INTO visits (task_id, opening, visit, stage, queue_id, overlap, time_limit_seconds, rank, deadline_at)
    SELECT of_task, in_opening, in_visit, in_stage, in_queue, cardinality(answers), time_limit,
           ((100 - t.priority)::bigint << 48) + nextval('queue_positions'), deadline
    RETURNING id, rank, overlap INTO v;
    WITH made AS (
        INSERT INTO assignments (visit_id, task_id, slot, answer, reserved_for, reserved_until)
        SELECT v.id, of_task, slot, answer, person,
               CASE WHEN person IS NOT NULL THEN now() + make_interval(secs => reserved_for_seconds) END
        FROM unnest(answers, reserved) WITH ORDINALITY AS planned (answer, person, slot)
        RETURNING id, reserved_for
    )
    SELECT count(record_event(of_task, 'loupe.assignment.assigned', in_visit, NULL,
                              jsonb_build_object('assignment', id, 'to', reserved_for)))
    INTO free FROM made WHERE reserved_for IS NOT NULL;
    INSERT INTO exclusions (visit_id, person_id, why)
    SELECT DISTINCT ON (barred.person) v.id, barred.person, barred.why FROM (
        SELECT s.person_id AS person, 'contributed' AS why
        FROM visits w JOIN queues q ON q.id = w.queue_id JOIN assignments a ON a.visit_id = w.id
        JOIN submissions s ON s.assignment_id = a.id
        WHERE of_kind <> 'annotate' AND NOT own_allowed AND w.task_id = of_task AND w.opening = in_opening AND q.kind = 'annotate'
        UNION ALL
        SELECT author.value::uuid, 'contributed'
        FROM label_set(of_task, in_opening, in_visit) l, jsonb_each_text(l.authors) AS author
        WHERE of_kind <> 'annotate' AND NOT own_allowed AND author.value <> ''
        UNION ALL
        SELECT s.person_id, 'worked_before'
        FROM visits w JOIN assignments a ON a.visit_id = w.id JOIN submissions s ON s.assignment_id = a.id
        WHERE NOT reassessment_allowed AND w.task_id = of_task AND w.opening = in_opening AND w.stage <> in_stage
    ) AS barred
    WHERE barred.person <> ALL (array_remove(reserved, NULL))
    ORDER BY barred.person, barred.why;
    free := cardinality(answers) - cardinality(array_remove(reserved, NULL));
    IF free > 0 THEN
        PERFORM offer(v.id, in_queue, v.rank, t.priority, free, deadline);
        UPDATE takeable SET touched = true
        WHERE visit_id = v.id AND EXISTS (SELECT 1 FROM exclusions x WHERE x.visit_id = v.id);
    END IF;
    PERFORM record_event(of_task, 'loupe.visit.opened', in_visit, NULL, jsonb_build_object('stage', in_stage));
    RETURN v.overlap;
END $$;

-- Offers a reserved slot to its whole team; false where it was taken or is not reserved any more.
CREATE FUNCTION end_reservation(of_assignment uuid, why text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v record;
    person uuid;
BEGIN
    SELECT w.id, w.task_id, w.visit, w.draining_at, w.closed_at, w.escalated_at INTO v
    FROM visits w JOIN assignments a ON a.visit_id = w.id
    WHERE a.id = of_assignment FOR UPDATE OF w;
    IF NOT FOUND OR v.closed_at IS NOT NULL THEN
        RETURN false;
    END IF;
    SELECT reserved_for INTO person FROM assignments
    WHERE id = of_assignment AND state = 'open' AND reserved_for IS NOT NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE assignments SET reserved_for = NULL, reserved_until = NULL WHERE id = of_assignment;
    PERFORM record_event(v.task_id, 'loupe.assignment.reservation_ended', v.visit, person,
                         jsonb_build_object('assignment', of_assignment, 'why', why));
    IF v.draining_at IS NULL AND v.escalated_at IS NULL THEN
        PERFORM give_back(v.id);
    END IF;
    RETURN true;
END $$;

-- A visit whose deadline passed (mode expired), or that nobody is left to take (exhausted), with no pathway drawn for
-- that: managers give it out.
CREATE FUNCTION escalate_visit(of_task uuid, in_opening integer, of_visit integer, mode text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    found_visit bigint;
BEGIN
    SELECT id INTO found_visit FROM visits
    WHERE task_id = of_task AND opening = in_opening AND visit = of_visit AND closed_at IS NULL AND escalated_at IS NULL
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF mode = 'exhausted' AND (
        EXISTS (SELECT 1 FROM assignments WHERE visit_id = found_visit AND state = 'held')
        OR EXISTS (SELECT 1 FROM eligible_people(found_visit))
    ) THEN
        -- Somebody may take it after all; the sweep tells again when that is over too.
        UPDATE visits SET exhausted_at = NULL WHERE id = found_visit;
        RETURN false;
    END IF;
    UPDATE visits SET escalated_at = now(), deadline_at = NULL WHERE id = found_visit;
    DELETE FROM takeable WHERE visit_id = found_visit;
    UPDATE assignments SET reserved_for = NULL, reserved_until = NULL
    WHERE visit_id = found_visit AND state = 'open' AND reserved_until IS NOT NULL;
    PERFORM record_event(of_task, 'loupe.visit.escalated', of_visit, NULL, jsonb_build_object('why', mode));
    RETURN true;
END $$;

-- Gold: inputs whose right answers are known. A task is in a set when its input is.
CREATE TABLE benchmark_sets (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name       text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 128),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE benchmark_items (
    set_id       uuid NOT NULL REFERENCES benchmark_sets ON DELETE CASCADE,
    input_sha256 bytea NOT NULL,
    label        text,
    added_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (set_id, input_sha256)
);
