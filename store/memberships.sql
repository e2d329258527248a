-- name: first_group
-- The group that new members of a work team join.
SELECT g.group_name
FROM work_team_groups g JOIN work_teams t ON t.id = g.team_id
WHERE t.name = $1
ORDER BY g.position
LIMIT 1

-- name: make_group
-- The group of a team that has none.
INSERT INTO people_groups (name) VALUES ($1) ON CONFLICT (name) DO NOTHING

-- name: attach_group
-- Makes a group the first one of a work team.
INSERT INTO work_team_groups (team_id, group_name, position)
SELECT id, $2, 0 FROM work_teams WHERE name = $1
ON CONFLICT (team_id, group_name) DO NOTHING

-- name: join_group
-- Puts a person into a group.
INSERT INTO group_members (group_name, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING

-- name: leave_group
-- Takes a person out of a group; no row where they were not in it.
DELETE FROM group_members WHERE group_name = $1 AND person_id = $2 RETURNING person_id

-- name: teams_left
-- Work teams of a group that the person belongs to by no other group.
SELECT g.team_id
FROM work_team_groups g
WHERE g.group_name = $1 AND NOT EXISTS (
    SELECT 1 FROM work_team_groups o JOIN group_members m ON m.group_name = o.group_name
    WHERE o.team_id = g.team_id AND m.person_id = $2
)

-- name: groups_in_team
-- The groups through which a person is in a work team.
SELECT m.group_name
FROM work_team_groups g
JOIN work_teams t ON t.id = g.team_id
JOIN group_members m ON m.group_name = g.group_name
WHERE t.name = $2 AND m.person_id = $1
ORDER BY m.group_name

-- name: teams_of
-- The work teams of a person, also of a disabled one.
SELECT teams FROM accounts WHERE id = $1

-- name: unknown_teams
-- Those of the names that no work team has. The teams are kept against deletion.
WITH known AS (SELECT name FROM work_teams WHERE name = ANY ($1) FOR SHARE)
SELECT given.name FROM unnest($1::text[]) AS given (name) WHERE given.name NOT IN (SELECT name FROM known)
