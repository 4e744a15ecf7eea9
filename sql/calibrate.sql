-- What hashes should cost here.  Times differ, and so do the rows: what must
-- hold of each of them holds.
SELECT count(*) BETWEEN 1 AND 4 AS some, count(DISTINCT iterations) = count(*) AS each_once,
    bool_and(memory BETWEEN 7168 AND 16384) AS in_range, bool_and(milliseconds BETWEEN 0.1 AND 300) AS in_time,
    bool_and(meets_floor = (memory >= CASE iterations WHEN 1 THEN 47104 WHEN 2 THEN 19456 ELSE 12288 END)) AS floor
FROM auth_calibrate(300, 16384);
-- The largest that may be is found where there is time enough.
SELECT memory, iterations, meets_floor FROM auth_calibrate(10000, 7168);
SELECT memory, iterations FROM auth_calibrate(10000, 7935) WHERE iterations = 1;
-- No row where the time is too short for the least.
SELECT count(*) FROM auth_calibrate(1);
SELECT refused('SELECT auth_calibrate(' || arguments || ')')
FROM (VALUES ('NULL'), ('0'), ('-1'), ('10001'), ('1, NULL'), ('1, 7167'), ('1, 1048577')) v (arguments);
-- It can be interrupted.
SET statement_timeout = '50ms';
SELECT auth_calibrate(10000, 65536);
RESET statement_timeout;
