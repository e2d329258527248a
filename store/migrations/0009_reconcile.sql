-- How far closed and restarted workflow runs were looked through, by whichever worker did so last. One row.
CREATE TABLE reconciliation (
    one          boolean PRIMARY KEY DEFAULT true CHECK (one),
    begun_at     timestamptz NOT NULL DEFAULT '-infinity',
    looked_until timestamptz NOT NULL DEFAULT now()
);
INSERT INTO reconciliation DEFAULT VALUES;
