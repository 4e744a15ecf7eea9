import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';

import { AuthError, NotAuthenticatedError, WeakPasswordError, authError, createAuth } from '../index.js';

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

// A pool whose one client has these errors by statement, and answers COMMIT so.
function pool(errors = {}, { pipeline = false, command = 'COMMIT' } = {}) {
  const asked = [];
  const running = { now: 0, most: 0 };
  const client = Object.assign(new EventEmitter(), {
    pipeline,
    async query(statement) {
      const text = statement.text ?? statement;
      asked.push(text);
      running.most = Math.max(running.most, ++running.now);
      await new Promise(setImmediate);
      running.now--;
      if (text in errors) throw errors[text];
      return { command, rows: [{ value: true }] };
    },
    release: (reason) => asked.push(reason ?? 'released'),
  });
  return { asked, running, client, connect: async () => client };
}
const opening = [
  'BEGIN', 'SELECT * FROM auth_validate_session(token => $1)', 'SELECT auth_set_session(token => $1) AS value',
  'SELECT auth_require(level => $1) AS value',
];

test('the work of a session is a transaction', async () => {
  const db = pool();
  assert.equal(await createAuth(db).withSession('t', async (client) => (await client.query('work')) && 1), 1);
  assert.deepEqual(db.asked, [...opening, 'work', 'COMMIT', 'released']);
  await createAuth(db).withSession(null, async () => {}, { anonymous: true });
  assert.deepEqual(db.asked.slice(7), [...opening.slice(0, 3), 'COMMIT', 'released']);
});

test('statements wait for each other where nothing pipelines', async () => {
  for (const [pipeline, most] of [[false, 1], [true, 4]]) {
    const db = pool({}, { pipeline });
    await createAuth(db).withSession('t', async () => {});
    assert.deepEqual(db.asked, [...opening, 'COMMIT', 'released']);
    assert.equal(db.running.most, most);
  }
});

test('work that fails is rolled back', async () => {
  const db = pool();
  await assert.rejects(createAuth(db).withSession('t', () => { throw new RangeError(); }), RangeError);
  assert.deepEqual(db.asked, [...opening, 'ROLLBACK', 'released']);
});

test('who is nobody does no work', async () => {
  const nobody = Object.assign(new Error('nobody'), { code: 'UA014' });
  const db = pool({ [opening[3]]: nobody });
  await assert.rejects(createAuth(db).withSession('t', () => assert.fail()), NotAuthenticatedError);
  assert.deepEqual(db.asked, [...opening, 'ROLLBACK', 'released']);
});

test('a connection that is lost is not used again', async () => {
  const lost = new Error('lost');
  const db = pool({ work: lost, ROLLBACK: lost });
  await assert.rejects(createAuth(db).withSession('t', (client) => client.query('work')), lost);
  assert.deepEqual(db.asked, [...opening, 'work', 'ROLLBACK', lost]);
});

test('a connection that is lost while nothing is asked ends no process', async () => {
  const lost = new Error('terminating connection');
  const db = pool({ COMMIT: lost });
  await assert.rejects(createAuth(db).withSession('t', () => db.client.emit('error', lost)), lost);
  assert.deepEqual(db.asked, [...opening, 'COMMIT', 'ROLLBACK', lost]);
  assert.equal(db.client.listenerCount('error'), 0);
});

test('what is left running does not go on as the next user', async () => {
  const db = pool();
  const left = {};
  const keep = (client, session, auth) => Object.assign(left, { client, auth, query: client.query });
  await createAuth(db).withSession('t', keep);
  await assert.rejects(createAuth(db).withSession('t', (client) => { left.failed = client; throw new RangeError(); }), RangeError);
  const asked = db.asked.length;
  for (const query of [() => left.client.query('late'), () => left.query('late'), () => left.failed.query('late')])
    assert.throws(query, /is over/);
  await assert.rejects(left.auth.setSession({ token: 'of another' }), /is over/);
  assert.equal(db.asked.length, asked);
});

test('the client of the work is that of the pool', async () => {
  const db = pool();
  await createAuth(db).withSession('t', (client) => {
    assert.ok(client instanceof EventEmitter);
    client.note = 1;
    assert.equal(client.note, 1);
    return client.once('notice', () => {});
  });
  assert.deepEqual([db.client.note, db.client.listenerCount('notice')], [1, 1]);
});

test('a transaction that was rolled back is no success', async () => {
  const db = pool({}, { command: 'ROLLBACK' });
  await assert.rejects(createAuth(db).withSession('t', () => 1), /nothing was committed/);
});
