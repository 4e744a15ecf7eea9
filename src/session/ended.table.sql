-- Rows are only added, and removed when nothing of the family is left: what
-- ends a family must not depend on a row that others change.
CREATE TABLE IF NOT EXISTS auth_ended (
    id uuid,
    mark uuid DEFAULT gen_random_uuid(),
    user_id text NOT NULL,
    ended_at timestamptz NOT NULL,
    PRIMARY KEY (id, mark)
) USING heap;

COMMENT ON TABLE auth_ended IS 'families of refresh tokens that a replay has ended, with their sessions, whatever became of its transaction';
COMMENT ON COLUMN auth_ended.id IS 'the family';
COMMENT ON COLUMN auth_ended.mark IS 'random, so that two replays at once do not wait for each other';
COMMENT ON COLUMN auth_ended.user_id IS 'whose family it was';
COMMENT ON COLUMN auth_ended.ended_at IS 'when it was ended, by the clock';
