-- Settings: each with a description, a unit and a range.
LOAD 'auth';
SELECT name, setting, unit, context, vartype, min_val, max_val, short_desc, extra_desc
FROM pg_settings WHERE name LIKE 'auth.%' ORDER BY name COLLATE "C" \gx
SHOW auth.session_active_period;
SHOW auth.session_idle_period;
SHOW auth.password_memory;
-- Messages about a range differ between versions of the server.
\set VERBOSITY sqlstate
SET auth.password_memory = '7167kB';
SET auth.password_memory = '2GB';
SET auth.password_iterations = 0;
SET auth.password_iterations = 33;
SET auth.password_min_length = 0;
SET auth.password_min_length = 65;
SET auth.password_max_length = 63;
SET auth.password_max_length = 4097;
SET auth.session_active_period = 0;
SET auth.session_active_period = '-1s';
SET auth.session_idle_period = '-1s';
SET auth.session_lifetime = -1;
\set VERBOSITY default
SET auth.user_attributes = 'a,,b';
SET auth.user_attributes = '"a';
SET auth.session_attributes = '*, a';
SET auth.user_attributes = 'a, "B"', c;
SHOW auth.user_attributes;
RESET auth.user_attributes;
-- A misspelt one is refused.
SET auth.sesion_lifetime = 1;
-- So is one that a role set for itself before the library was loaded.
CREATE ROLE regress_auth_setter;
\c -
SET ROLE regress_auth_setter;
SET auth.session_lifetime = 5;
SET auth.made_up = 5;
LOAD 'auth';
RESET ROLE;
LOAD 'auth';
SHOW auth.session_lifetime;
SHOW auth.made_up;
DROP ROLE regress_auth_setter;
