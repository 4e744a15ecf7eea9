-- Turns of hashes; what happens when there are none is in test/t/turns.pl.
SELECT running, waiting, concurrency >= 1 AS concurrency, most_running > 0 AS most_running, refused >= 0 AS refused
FROM auth_get_password_load();
-- The limit is the server's, and nobody's in a connection.
SET auth.password_concurrency = 5;
-- Without waiting, where nobody else hashes.
SET auth.password_wait = 0;
SELECT refused('SELECT auth_use_key(''email'', ''nobody'', ''a password'')');
RESET auth.password_wait;
