-- name: workforce
-- The workforce of a team to be made: the named one, else the only one. Kept against deletion.
SELECT name, oidc_config IS NOT NULL AS oidc FROM workforces WHERE $1::text IS NULL OR name = $1 FOR SHARE;

-- name: create
-- A team under a name that is free.
INSERT INTO work_teams (
    name, workforce_name, description, member_definitions, notification_configuration, worker_access_configuration
)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (name) DO NOTHING
RETURNING id;

-- name: get
-- The team of this name.
SELECT id, name, workforce_name, description, member_definitions, notification_configuration,
    worker_access_configuration, created_at, updated_at
FROM work_teams
WHERE name = $1;

-- name: lock
-- The team of this name, against change until the end of the transaction.
SELECT t.id, w.oidc_config IS NOT NULL AS oidc
FROM work_teams t LEFT JOIN workforces w ON w.name = t.workforce_name
WHERE t.name = $1
FOR UPDATE OF t;

-- name: list_page
-- A page by name or by time of creation. $1 part of the name $2 by name $3 ascending $4 the last key before $5 how many
SELECT id, name, workforce_name, description, member_definitions, notification_configuration,
    worker_access_configuration, created_at, updated_at
FROM work_teams
CROSS JOIN LATERAL (
    SELECT CASE WHEN $2
        THEN name
        ELSE to_char(created_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || id
    END COLLATE "C" AS key
) AS place
WHERE ($1::text IS NULL OR strpos(name, $1) > 0)
    AND ($4::text IS NULL OR CASE WHEN $3 THEN key > $4 ELSE key < $4 END)
ORDER BY CASE WHEN $3 THEN key END, key DESC
LIMIT $5;

-- name: update
-- New settings; null leaves one as it was.
UPDATE work_teams SET
    member_definitions = coalesce($2, member_definitions),
    description = coalesce($3, description),
    notification_configuration = coalesce($4, notification_configuration),
    worker_access_configuration = coalesce($5, worker_access_configuration),
    updated_at = now()
WHERE id = $1;

-- name: change
-- What is said about a team; null leaves it as it was. $1 name $2 description $3 contact $4 confidentiality
UPDATE work_teams SET
    description = coalesce($2, description),
    contact = coalesce($3, contact),
    confidentiality = coalesce($4, confidentiality),
    updated_at = now()
WHERE name = $1;

-- name: rules
-- What the people of these teams are told; not of teams that say nothing.
SELECT name AS team, contact, confidentiality
FROM work_teams
WHERE name = ANY ($1) AND (contact <> '' OR confidentiality <> '')
ORDER BY name;

-- name: make_groups
-- Groups that a team names for the first time.
INSERT INTO people_groups (name)
SELECT name FROM unnest($1::text[]) AS given (name) ORDER BY name
ON CONFLICT DO NOTHING;

-- name: clear_groups
-- Takes all groups out of a team.
DELETE FROM work_team_groups WHERE team_id = $1;

-- name: attach_groups
-- The groups of a team in the order of its definition.
INSERT INTO work_team_groups (team_id, group_name, position)
SELECT $1, name, position - 1 FROM unnest($2::text[]) WITH ORDINALITY AS given (name, position);

-- name: members
-- The people of a team.
SELECT person_id FROM work_team_members WHERE team_id = $1;

-- name: users
-- Names of the projects whose graph gives work to a team.
SELECT p.name
FROM projects p
JOIN graphs g ON g.project_id = p.id
WHERE p.deleted_at IS NULL
    AND (g.version = p.graph_version OR EXISTS (
        SELECT FROM tasks t WHERE t.project_id = p.id AND t.graph_version = g.version AND t.ended_at IS NULL
    ))
    AND jsonb_path_exists(g.body, '$.stages.* ? (@.team == $name || @.decision_team == $name)', jsonb_build_object('name', $1::text))
ORDER BY p.name
LIMIT 5;

-- name: delete
-- Removes a team that nothing uses.
DELETE FROM work_teams WHERE id = $1;

-- name: visible
-- Teams by name. $1 who asks $2 part of the name $3 the last of the page before $4 how many
SELECT t.name, t.description, t.created_at,
    (SELECT count(*) FROM work_team_members m WHERE m.team_id = t.id) AS members, t.contact, t.confidentiality
FROM work_teams t
JOIN accounts me ON me.id = $1 AND me.disabled_at IS NULL
WHERE (me.role = 'admin' OR (me.role = 'team_manager' AND t.name = ANY (me.teams)))
    AND ($2::text IS NULL OR strpos(lower(t.name), lower($2)) > 0)
    AND ($3::text IS NULL OR t.name > $3)
ORDER BY t.name
LIMIT $4;

-- name: one_visible
-- One team, for those who see it. $1 who asks $2 name
SELECT t.name, t.description, t.created_at,
    (SELECT count(*) FROM work_team_members m WHERE m.team_id = t.id) AS members, t.contact, t.confidentiality
FROM work_teams t
JOIN accounts me ON me.id = $1 AND me.disabled_at IS NULL
WHERE t.name = $2 AND (me.role = 'admin' OR (me.role = 'team_manager' AND t.name = ANY (me.teams)));

-- name: groups
-- The groups of a team.
SELECT g.group_name FROM work_team_groups g JOIN work_teams t ON t.id = g.team_id WHERE t.name = $1;

-- name: forget_groups
-- Removes those of the groups that no team has.
DELETE FROM people_groups o
WHERE o.name = ANY ($1) AND NOT EXISTS (SELECT FROM work_team_groups g WHERE g.group_name = o.name);

-- name: record
-- An event of a work team. $1 type $2 person $3 data
SELECT record_event(NULL, $1, NULL, $2, $3);
