import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AuthError, WeakPasswordError, authError, createAuth } from '../index.js';

// A database that remembers what it is asked and has one answer.
function database(answer = { rows: [] }) {
  const asked = [];
  return {
    asked,
    async query(statement) {
      asked.push(statement);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

test('arguments are named, and values are bound', async () => {
  const db = database({ rows: [{ status: 'refused', user_id: null }] });
  const answer = await createAuth(db).signIn({ providerId: 'email', providerUserId: "'; --", password: '$1' });
  assert.deepEqual(answer, { status: 'refused', userId: null });
  const [{ text, values }] = db.asked;
  assert.equal(text, 'SELECT * FROM auth_sign_in(provider_id => $1, provider_user_id => $2, password => $3)');
  assert.deepEqual(values, ['email', "'; --", '$1']);
});

test('what is left out has its default, and null is NULL', async () => {
  const db = database();
  await createAuth(db).validateSession({ token: null });
  await createAuth(db).validateSession({});
  await createAuth(db).getEvents();
  await createAuth(db).getEvents({ userId: null, maxRows: undefined });
  assert.deepEqual(db.asked.map(({ text, values }) => [text, values]), [
    ['SELECT * FROM auth_validate_session(token => $1)', [null]],
    ['SELECT * FROM auth_validate_session(token => $1)', [null]],
    ['SELECT * FROM auth_get_events()', []],
    ['SELECT * FROM auth_get_events(user_id => $1)', [null]],
  ]);
});

test('no name of the caller gets into the statement', async () => {
  const db = database();
  await assert.rejects(createAuth(db).getEvents({ 'user_id => 1); --': 1 }), TypeError);
  await assert.rejects(createAuth(db).getEvents({ user_id: 'x' }), TypeError);
  assert.deepEqual(db.asked, []);
});

test('the schema is quoted', async () => {
  const db = database();
  await createAuth(db, { schema: 'a"b' }).getEvents();
  assert.equal(db.asked[0].text, 'SELECT * FROM "a""b".auth_get_events()');
});

test('rows, none, and nothing', async () => {
  const rows = [{ user_id: 'a' }, { user_id: 'b' }];
  assert.deepEqual(await createAuth(database({ rows })).getEvents(), [{ userId: 'a' }, { userId: 'b' }]);
  assert.deepEqual(await createAuth(database({ rows })).validateSession({ token: 'x' }), { userId: 'a' });
  assert.equal(await createAuth(database()).validateSession({ token: 'x' }), null);
  assert.equal(await createAuth(database({ rows: [{ value: '' }] })).setup(), undefined);
  assert.equal(await createAuth(database({ rows: [{ value: true }] })).signOut({ token: 'x' }), true);
});

test('names within attributes are left alone', async () => {
  const rows = [{ user_id: 'a', attributes: { full_name: 'Ada' } }];
  assert.deepEqual(await createAuth(database({ rows })).getUser({ userId: 'a' }), { userId: 'a', attributes: { full_name: 'Ada' } });
});

test('values, whatever the application parses its own by', async () => {
  const db = database();
  await createAuth(db).getEvents();
  const parsed = (oid, text) => db.asked[0].types.getTypeParser(oid, 'text')(text);
  assert.equal(parsed(16, 't'), true);
  assert.equal(parsed(16, 'f'), false);
  assert.equal(parsed(20, '9007199254740991'), Number.MAX_SAFE_INTEGER);
  assert.equal(parsed(25, 'text'), 'text');
  assert.deepEqual(parsed(1009, '{pwd,otp}'), ['pwd', 'otp']);
  assert.deepEqual(parsed(1009, '{}'), []);
  assert.deepEqual(parsed(1184, '2030-01-02 03:04:05.678901+00'), new Date('2030-01-02T03:04:05.678Z'));
  assert.deepEqual(parsed(1184, '2030-01-02 03:04:05+05:30'), new Date('2030-01-01T21:34:05Z'));
  assert.equal(parsed(1186, '00:00:01.5'), 1.5);
  assert.equal(parsed(1186, '26:01:02'), 93662);
  assert.deepEqual(parsed(3802, '{"a": [1]}'), { a: [1] });
});

test('errors have their class', async () => {
  const cause = Object.assign(new Error('password is too short'), { code: 'UA011', detail: 'AUTH_WEAK_PASSWORD' });
  await assert.rejects(createAuth(database(cause)).getEvents(), (error) => {
    assert.ok(error instanceof WeakPasswordError && error instanceof AuthError);
    assert.deepEqual([error.name, error.code, error.detail, error.cause], ['WeakPasswordError', 'UA011', 'AUTH_WEAK_PASSWORD', cause]);
    return true;
  });
  assert.equal(authError(authError(cause)).cause, cause);
  for (const other of [undefined, Object.assign(new Error('deadlock'), { code: '40P01' }), new Error('gone'), Object.assign(new Error(), { code: 'toString' })])
    assert.equal(authError(other), other);
});
