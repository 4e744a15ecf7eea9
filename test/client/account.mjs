// From the sign-up to rows that a policy protects, with the package for Node over
// node-postgres.  The environment says where the server is; clients.pl prepares it.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

import {
  NotAuthenticatedError, SessionCookie, WeakPasswordError, createAuth, retryAfter,
} from '../../clients/node/index.js';

const { Pool, types } = createRequire(import.meta.url)('pg');

// What an application does that wants its own times as they come
types.setTypeParser(1184, String);
types.setTypeParser(20, BigInt);

const connect = (user) => new Pool({ user, max: 2, pipeline: true });
const pools = { web: connect('web'), mailer: connect('mailer'), owner: connect(process.env.PGUSER) };
const auth = createAuth(pools.web);
const mailer = createAuth(pools.mailer);
const admin = createAuth(pools.owner, { schema: 'public' });
const cookie = new SessionCookie();

const key = { providerId: 'email', providerUserId: 'ada@node.example' };
const password = 'correct horse battery';
const clientAddress = '192.0.2.1';
const asked = (value) => ({ headers: { cookie: value.split(';')[0] } });

async function signUp() {
  assert.equal((await auth.requestSignUp({ ...key, clientAddress, data: { locale: 'fr' } })).status, 'ok');
  const [message] = await mailer.takeOutbox({ purposes: ['sign_up'] });
  assert.deepEqual([message.address, message.data.locale, typeof message.id], ['ada@node.example', 'fr', 'number']);
  assert.ok(message.expiresAt > new Date());
  assert.equal(await mailer.finishMessage({ id: message.id }), true);
  await assert.rejects(auth.signUp({ token: message.token, password: 'short' }), WeakPasswordError);
  const session = await auth.signUp({ token: message.token, password, userAttributes: { name: 'Ada "é"' } });
  assert.deepEqual([session.status, session.fresh, session.userAttributes.name], ['ok', true, 'Ada "é"']);
  assert.equal((await auth.signUp({ token: message.token, password })).status, 'refused');
  return session;
}

async function validate({ sessionId, ...created }) {
  const token = cookie.read(asked(cookie.create(created)));
  assert.equal(token, created.token);
  assert.equal((await auth.validateSession({ token })).fresh, false);
  await pools.owner.query("UPDATE auth_session SET active_expires_at = now() - interval '1 s' WHERE id = $1", [sessionId]);
  const renewed = await auth.validateSession({ token });
  assert.deepEqual([renewed.sessionId, renewed.fresh, renewed.token, renewed.state], [sessionId, true, null, 'active']);
  assert.equal(cookie.read(asked(cookie.create(renewed, token))), token);
  assert.equal(await auth.validateSession({ token: 'none' }), null);
  assert.equal(await auth.validateSession({ token: null }), null);
}

async function signIn() {
  const session = await auth.signIn({ ...key, password, clientAddress, lifetime: 60 });
  assert.equal(session.status, 'ok');
  assert.ok(session.expiresAt - new Date() < 61000);
  assert.equal((await auth.signIn({ ...key, password: 'wrong horse' })).status, 'refused');
  let answer;
  do answer = await auth.signIn({ ...key, password: 'wrong horse' });
  while (answer.status === 'refused');
  assert.equal(answer.status, 'throttled');
  assert.ok(retryAfter(answer) >= 1);
  assert.equal(await auth.signOut({ token: session.token }), true);
  assert.equal(await auth.signOut({ token: session.token }), false);
}

async function identity({ token, userId }) {
  const add = (text) => (client) => client.query('INSERT INTO note (text) VALUES ($1) RETURNING user_id', [text]);
  const texts = async (client) => (await client.query('SELECT text FROM note')).rows.map(({ text }) => text);
  assert.equal((await auth.withSession(token, add('mine'))).rows[0].user_id, userId);
  assert.deepEqual(await auth.withSession(token, texts), ['mine']);
  for (const none of ['none', null]) {
    await assert.rejects(auth.withSession(none, () => assert.fail('nobody works')), NotAuthenticatedError);
    assert.deepEqual(await auth.withSession(none, texts, { anonymous: true }), []);
  }
  await assert.rejects(auth.withSession(token, async (client) => {
    await add('lost')(client);
    throw new RangeError();
  }), RangeError);
  assert.deepEqual(await auth.withSession(token, texts), ['mine']);
  assert.equal(await auth.withSession(token, (client, session, inside) => inside.userId()), userId);
  await assert.rejects(auth.withSession(token, async (client) => {
    await add('lost')(client);
    await client.query('SELECT 1 / 0').catch(() => {});
  }), /nothing was committed/);
  assert.deepEqual(await auth.withSession(token, texts), ['mine']);
  await assert.rejects(auth.withSession(token, async (client) => {
    const gone = new Promise((resolve) => client.once('end', resolve));
    const { rows: [{ pid }] } = await client.query('SELECT pg_backend_pid() AS pid');
    await pools.owner.query('SELECT pg_terminate_backend($1)', [pid]);
    await gone;
  }));
  assert.deepEqual(await auth.withSession(token, texts), ['mine'], 'on another connection');
  assert.deepEqual(await texts(pools.web), [], 'nothing is left of whom the connection was');
}

// Renewed within the transaction: by what the work is told, the cookie is sent again.
async function renew({ token, sessionId }) {
  const work = (client, session) => session && [session.sessionId, session.fresh, cookie.create(session, token)];
  const expiry = 'SELECT idle_expires_at FROM auth_session WHERE id = $1';
  await pools.owner.query(
    "UPDATE auth_session SET active_expires_at = now() - interval '1 s', idle_expires_at = now() + interval '1 h' WHERE id = $1", [sessionId]);
  const [id, fresh, value] = await auth.withSession(token, work);
  const { rows } = await pools.owner.query(expiry, [sessionId]);
  assert.deepEqual([id, fresh], [sessionId, true]);
  assert.equal(new Date(/Expires=(.*)/.exec(value)[1]).getTime(), Math.floor(new Date(rows[0].idle_expires_at) / 1000) * 1000);
  assert.equal((await auth.withSession(token, work, { anonymous: true }))[1], false);
  assert.equal(await auth.withSession('none', work, { anonymous: true }), null);
}

async function administer({ userId }) {
  const [event] = await admin.getEvents({ userId, maxRows: 1 });
  assert.deepEqual([typeof event.id, event.createdAt instanceof Date, event.userId], ['number', true, userId]);
  assert.equal((await admin.exportUser({ userId })).user.id, userId);
  assert.equal(typeof (await admin.getPasswordLoad()).running, 'number');
  const client = await pools.owner.connect();
  await client.query('BEGIN');
  assert.equal(await createAuth(client).deleteUser({ userId }), undefined);
  await client.query('ROLLBACK');
  client.release();
  assert.equal((await admin.getUser({ userId })).userId, userId);
}

const session = await signUp();
await validate(session);
await identity(session);
await renew(session);
await signIn();
await administer(session);
await Promise.all(Object.values(pools).map((pool) => pool.end()));
console.log('complete');
