-- name: put
-- Makes a set where it is not there; whether it was made.
INSERT INTO benchmark_sets (name) VALUES ($1) ON CONFLICT (name) DO NOTHING RETURNING id

-- name: list_page
-- A page of sets by name, with how many items each has. $1 behind this name or null $2 how many
SELECT s.name, s.created_at, (SELECT count(*) FROM benchmark_items i WHERE i.set_id = s.id) AS items
FROM benchmark_sets s
WHERE $1::text IS NULL OR s.name > $1
ORDER BY s.name
LIMIT $2

-- name: get
-- One set.
SELECT s.name, s.created_at, (SELECT count(*) FROM benchmark_items i WHERE i.set_id = s.id) AS items
FROM benchmark_sets s WHERE s.name = $1

-- name: id
-- A set that is kept until the end of the transaction.
SELECT id FROM benchmark_sets WHERE name = $1 FOR SHARE

-- name: add
-- Adds items, or gives known ones another label. $1 set $2 digests of their inputs, sorted $3 labels
INSERT INTO benchmark_items AS i (set_id, input_sha256, label)
SELECT $1, given.digest, given.label FROM unnest($2::bytea[], $3::text[]) AS given (digest, label)
ON CONFLICT (set_id, input_sha256) DO UPDATE SET label = excluded.label
    WHERE i.label IS DISTINCT FROM excluded.label
RETURNING i.input_sha256, xmax = 0 AS created

-- name: items
-- A page of a set's items by digest. $1 set's name $2 behind this digest or null $3 how many
SELECT i.input_sha256, i.label, i.added_at
FROM benchmark_items i JOIN benchmark_sets s ON s.id = i.set_id
WHERE s.name = $1 AND ($2::bytea IS NULL OR i.input_sha256 > $2)
ORDER BY i.input_sha256
LIMIT $3

-- name: remove
-- Takes an item out of a set.
DELETE FROM benchmark_items i USING benchmark_sets s
WHERE s.id = i.set_id AND s.name = $1 AND i.input_sha256 = $2
RETURNING i.input_sha256

-- name: delete
-- Forgets a set with its items.
DELETE FROM benchmark_sets WHERE name = $1 RETURNING id
