-- People as those see them who manage people: with the disabled ones, what became of them, and their keys by id.

ALTER TABLE people ADD COLUMN signed_in_at timestamptz;

ALTER TABLE api_keys
    ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    ADD COLUMN last_used_at timestamptz;

ALTER TABLE access_keys ADD COLUMN last_used_at timestamptz;

-- What a team's people must keep to themselves, and whom they can ask; shown beside their work.
ALTER TABLE work_teams
    ADD COLUMN contact text NOT NULL DEFAULT '',
    ADD COLUMN confidentiality text NOT NULL DEFAULT '';

-- Which events are about whom; the events stand with all others.
CREATE TABLE people_events (
    person_id uuid NOT NULL REFERENCES people,
    event_id  bigint NOT NULL REFERENCES events,
    PRIMARY KEY (person_id, event_id)
);
CREATE TRIGGER people_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON people_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION record_person_event(of_person uuid, of_type text, by_person uuid, with_data jsonb DEFAULT '{}')
RETURNS void LANGUAGE sql AS $$
    INSERT INTO people_events (person_id, event_id)
    SELECT of_person, record_event(NULL, of_type, NULL, by_person, jsonb_build_object('person', of_person) || with_data)
$$;

-- All people. The teams of a disabled person are those that they come back to.
CREATE VIEW accounts AS
    SELECT p.id, p.email, p.name, p.role, p.worker_id, p.created_at, p.signed_in_at, p.disabled_at,
           ARRAY(
               SELECT DISTINCT t.name
               FROM group_members m
               JOIN work_team_groups g USING (group_name)
               JOIN work_teams t ON t.id = g.team_id
               WHERE m.person_id = p.id ORDER BY t.name
           ) AS teams
    FROM people p;

-- Administrators see everybody; team managers themselves and the people of their teams.
CREATE FUNCTION may_see_person(asker uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT CASE me.role
            WHEN 'admin' THEN true
            WHEN 'team_manager' THEN
                me.id = person OR (SELECT them.teams && me.teams FROM accounts them WHERE them.id = person)
        END
        FROM accounts me WHERE me.id = asker AND me.disabled_at IS NULL
    ), false)
$$;

-- Administrators change everybody. Team managers change who does the work, where all of their teams are the manager's:
-- somebody with a login link that they made could act in every team of that person.
CREATE FUNCTION may_change_person(asker uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT CASE me.role
            WHEN 'admin' THEN true
            WHEN 'team_manager' THEN (
                SELECT them.role IN ('annotator', 'reviewer', 'annotator_reviewer')
                   AND them.teams && me.teams AND them.teams <@ me.teams
                FROM accounts them WHERE them.id = person
            )
        END
        FROM accounts me WHERE me.id = asker AND me.disabled_at IS NULL
    ), false)
$$;
