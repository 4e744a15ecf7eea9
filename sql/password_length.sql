-- A password that is the only factor can have to be longer: of whoever is new, and
-- of users who are asked for no second one, whoever sets it.
SELECT user_id FROM auth_create_user('email', 'y5@example.com', 'twelve chars', user_id => 'y5', verified => true);
SELECT user_id FROM auth_create_user('email', 'y6@example.com', 'twelve chars', user_id => 'y6', verified => true);
UPDATE auth_user SET second_factor_at = now() WHERE id = 'y6';
INSERT INTO auth_token (id, purpose, provider_id, address, expires_at)
VALUES (auth_session_id('sign-up'), 'sign_up', 'email', 'y7@example.com', 'infinity');
SELECT status FROM auth_request_sign_up('email', 'y8@example.com', code => true);
SELECT convert_from(secret, 'UTF8') AS code FROM auth_outbox WHERE address = 'y8@example.com' \gset
SET auth.password_min_length_single = 15;
CREATE FUNCTION tried(call text) RETURNS TABLE (call_of text, fourteen text, fifteen text, seven text, eight text) LANGUAGE sql AS $$
    SELECT call, refused(format(call, 'fourteen chars')), refused(format(call, 'fifteen letters')), refused(format(call, 'seven c')), refused(format(call, 'eight ch'));
$$;
\x on
SELECT * FROM tried('SELECT auth_create_user(''name'', ''new ''||clock_timestamp(), %L)');
SELECT * FROM tried('SELECT auth_create_key(''y5'', ''name'', ''new ''||clock_timestamp(), %L)');
SELECT * FROM tried('SELECT auth_create_key(''y6'', ''name'', ''new ''||clock_timestamp(), %L)');
SELECT * FROM tried('SELECT auth_update_key_password(''email'', ''y5@example.com'', %L)');
SELECT * FROM tried('SELECT auth_update_key_password(''email'', ''y6@example.com'', %L)');
SELECT * FROM tried('SELECT auth_update_user_password(''y5'', %L)');
SELECT * FROM tried('SELECT auth_update_user_password(''y6'', %L)');
\x off
SELECT u, status FROM unnest('{y5,y6}'::text[]) u, auth_update_user_password(u, 'twelve letters or more') p, LATERAL auth_change_user_password(p.user_id, 'twelve letters or more', 'and fifteen ones') ORDER BY 1;
SELECT refused(format('SELECT auth_change_user_password(%L, ''and fifteen ones'', ''eight ch'')', u)) FROM unnest('{y5,y6}'::text[]) u;
INSERT INTO auth_session (id, user_id, active_expires_at, idle_expires_at, methods)
SELECT auth_session_id('session of ' || u), u, 'infinity', 'infinity', 9 FROM unnest('{y5,y6}'::text[]) u;
SELECT refused('SELECT auth_change_password(''session of y5'', ''and fifteen ones'', ''fourteen chars'')');
SELECT status FROM auth_change_password('session of y6', 'eight ch', 'fourteen chars');
INSERT INTO auth_token (id, purpose, user_id, provider_id, address, expires_at)
SELECT auth_session_id('reset of ' || u), 'password_reset', u, 'email', u || '@example.com', 'infinity' FROM unnest('{y5,y6}'::text[]) u;
SELECT refused('SELECT auth_reset_password(''reset of y5'', ''fourteen chars'')');
SELECT status FROM auth_reset_password('reset of y6', 'eight ch');
SELECT status FROM auth_reset_password('reset of y5', 'fifteen letters');
SELECT refused('SELECT auth_sign_up(''sign-up'', ''fourteen chars'')');
SELECT status FROM auth_sign_up('sign-up', 'fifteen letters');
SELECT refused(format('SELECT auth_sign_up_with_code(''email'', ''y8@example.com'', %L, ''fourteen chars'')', :'code'));
SELECT status FROM auth_sign_up_with_code('email', 'y8@example.com', :'code', 'fifteen letters');
-- What forms are told does not tell who has another factor.
SELECT name, auth_get_password_weakness('fourteen chars', name) AS fourteen, auth_get_password_weakness('fifteen letters', name) AS fifteen FROM unnest('{y5@example.com,y6@example.com,nobody@example.com}'::text[]) name;
-- Who has no second factor any more keeps the password until the next change.
UPDATE auth_user SET second_factor_at = NULL WHERE id = 'y6';
SELECT status FROM auth_sign_in('email', 'y6@example.com', 'eight ch');
SELECT refused('SELECT auth_change_user_password(''y6'', ''eight ch'', ''fourteen chars'')');
-- Shorter than others it is never.
SET auth.password_min_length_single = 1;
SELECT auth_get_password_weakness('seven c') AS seven, auth_get_password_weakness('eight ch') AS eight;
SET auth.password_min_length_single = 0;
SELECT auth_get_password_weakness('seven c') AS seven, auth_get_password_weakness('eight ch') AS eight;
SELECT refused('SET auth.password_min_length_single = 65');
RESET auth.password_min_length_single;
TRUNCATE auth_user CASCADE;
TRUNCATE auth_token, auth_outbox;
DROP FUNCTION tried(text);
