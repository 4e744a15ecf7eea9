// From the sign-up to what an administrator sees, with the package for Node over
// node-postgres.  The environment says where the server is; clients.pl prepares it.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

import { SessionCookie, WeakPasswordError, createAuth, retryAfter } from '../../clients/node/index.js';

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
await signIn();
await administer(session);
await Promise.all(Object.values(pools).map((pool) => pool.end()));
console.log('complete');
