// Accounts, and notes that are their writers' own: node:http, pg and pg-auth-client.
//
//   PGHOST=... PGUSER=web PGDATABASE=... PORT=8080 node server.js
//   PGHOST=... PGUSER=web PGDATABASE=... PORT=8081 ADMIN_ROLE=office node server.js
//
// The second has the pages for administrators, too, who act by a role that the
// first cannot become.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import pg from 'pg';
import { DeviceCookie, SessionCookie, createAuth, isAllowedOrigin, retryAfter } from 'pg-auth-client';
import createQrCode from 'qrcode-generator';

const MAX_BODY = 16384;

// A transaction and whose it is begin in one round trip, where pg can pipeline.
function connect(options) {
  const pool = new pg.Pool({ pipeline: true, ...options });
  pool.on('error', (error) => console.error('connection lost:', error.code));
  return createAuth(pool);
}

const auth = connect();
const office = process.env.ADMIN_ROLE && connect({ user: process.env.ADMIN_ROLE });
const cookie = new SessionCookie();
const deviceCookie = new DeviceCookie();
const linkCookie = new DeviceCookie({ name: 'auth_link', persistent: false });

// An answer that ends the request.
class Answer {
  constructor(code, body, headers = {}) {
    Object.assign(this, { code, body, headers });
  }
}

const ok = (body, setCookie) => new Answer(200, { status: 'ok', ...body }, setCookie ? { 'Set-Cookie': setCookie } : {});
// A session that was renewed lives longer, and so must its cookie.
const renewed = (session, token) => session.fresh && cookie.create(session, token);
const signedOut = () => new Answer(401, { status: 'signed_out' }, { 'Set-Cookie': cookie.blank() });

// A status that is not ok is an answer, and no error.
const codes = { refused: 401, second_factor: 401, reauthenticate: 403, taken: 409, throttled: 429 };

function done(answer, setCookie) {
  if (answer.status === 'ok') return ok({}, setCookie);
  const seconds = answer.status === 'throttled' ? retryAfter(answer) : null;
  // without a time, only an administrator or a new password lifts it
  return new Answer(codes[answer.status], { status: answer.status }, seconds === null ? {} : { 'Retry-After': seconds });
}

// Somebody with a second factor has no session yet.  The token of a remembered device is good for one sign-in,
// which has the next one.
function signedIn(session) {
  const { status, challenge, factors, deviceToken } = session;
  if (status === 'second_factor') return new Answer(codes[status], { status, challenge, factors });
  if (status !== 'ok') return done(session);
  const cookies = [cookie.create(session), ...(deviceToken ? [deviceCookie.create(deviceToken)] : [])];
  return ok({ user_id: session.userId, user_attributes: session.userAttributes }, cookies);
}

// A session has another token once its user has other factors.
async function renamed(answer, body) {
  if (answer.status !== 'ok') return done(answer);
  const session = await auth.getSession({ token: answer.newToken });
  return session === null ? signedOut() : ok(body, cookie.create(session, answer.newToken));
}

// What the app scans: https://github.com/kazuhikoarase/qrcode-generator
function drawQrCode(text) {
  const code = createQrCode(0, 'M');
  code.addData(text);
  code.make();
  return code.createSvgTag({ cellSize: 4 });
}

// The fields of a form that a route names, all of them required.
async function getForm(request, names) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Answer(413, { status: 'too_large' }, { Connection: 'close' });
    chunks.push(chunk);
  }
  return getFields(new URLSearchParams(Buffer.concat(chunks).toString()), names);
}

function getFields(values, names) {
  return Object.fromEntries(names.map((name) => {
    const value = values.get(name);
    // what was no UTF-8 has become U+FFFD: two passwords must not become one
    if (!value || /[\0\uFFFD]/.test(value)) throw new Answer(400, { status: 'malformed', field: name });
    return [name, value];
  }));
}

// Who asks.  The address is what failed attempts are counted by: behind a proxy
// of yours, take the one that it passes on; never one that a client can choose.
function getClient(request) {
  const clientAddress = request.socket.remoteAddress.split('%')[0];
  const device = { client_address: clientAddress, user_agent: (request.headers['user-agent'] ?? '').slice(0, 200) };
  return {
    token: cookie.read(request), deviceToken: deviceCookie.read(request), browserToken: linkCookie.read(request), clientAddress, device,
  };
}

// As whoever is signed in.  Whose notes they are is not asked here: the policy in
// setup.sql lets nobody at another's.
const execute = (token, text, values) =>
  auth.withSession(token, async (client, session) =>
    ok({ notes: (await client.query(text, values)).rows }, renewed(session, token)));

// By method and path: the fields of the form, and what is done with them and the client.
const routes = {
  // The answer is the same whether the address has an account or not: "look into
  // your mailbox".  The message there says which it is (worker.js).
  'POST /sign-up': [['email'], async ({ email }, { clientAddress }) =>
    done(await auth.requestSignUp({ providerId: 'email', providerUserId: email, clientAddress }))],

  // Rows of the application's beside the user would go into the same transaction.
  'POST /complete-sign-up': [['token', 'password', 'name'], async ({ token, password, name }, { clientAddress, device }) =>
    signedIn(await auth.signUp({ token, password, clientAddress, userAttributes: { name }, sessionAttributes: device }))],

  'POST /sign-in': [['email', 'password'], async ({ email, password }, { clientAddress, device, deviceToken }) =>
    signedIn(await auth.signIn({ providerId: 'email', providerUserId: email, password, clientAddress, sessionAttributes: device, deviceToken }))],

  // The second step, with the challenge of the first one.
  'POST /complete-sign-in': [['challenge', 'code', 'remember'], async ({ challenge, code, remember }, { clientAddress }) =>
    signedIn(await auth.completeSignIn({ challenge, totp: code, clientAddress, remember: remember === 'yes' ? '30 days' : null }))],

  'POST /complete-sign-in-with-recovery-code': [['challenge', 'code'], async ({ challenge, code }, { clientAddress }) =>
    signedIn(await auth.completeSignIn({ challenge, recoveryCode: code, clientAddress }))],

  // The link is good in this browser alone, which keeps the other half of it.
  'POST /send-sign-in-link': [['email'], async ({ email }, { clientAddress }) => {
    const answer = await auth.requestMagicLink({ providerId: 'email', providerUserId: email, clientAddress, bind: true });
    return done(answer, answer.status === 'ok' && linkCookie.create(answer.browserToken));
  }],

  'POST /sign-in-with-link': [['token'], async ({ token }, { token: sessionToken, browserToken, clientAddress, device, deviceToken }) =>
    signedIn(await auth.signInWithToken({ token, browserToken, clientAddress, sessionAttributes: device, sessionToken, deviceToken }))],

  'POST /forgot-password': [['email'], async ({ email }, { clientAddress }) =>
    done(await auth.requestPasswordReset({ providerId: 'email', providerUserId: email, clientAddress }))],

  // Ends all sessions.
  'POST /reset-password': [['token', 'new_password'], async ({ token, new_password: newPassword }) =>
    done(await auth.resetPassword({ token, newPassword }))],

  // What every page of the application does first.
  'GET /me': [[], async (_, { token }) => {
    const session = await auth.validateSession({ token });
    if (session === null) return signedOut();
    const emails = (await auth.getOwnKeys({ token })).filter((key) => key.providerId === 'email').map((key) => key.providerUserId);
    return ok({ user_id: session.userId, user_attributes: session.userAttributes, emails }, renewed(session, token));
  }],

  'POST /verify-my-email': [[], async (_, { token, clientAddress }) =>
    done(await auth.requestOwnEmailVerification({ token, clientAddress }))],

  'POST /verify-email': [['token'], async ({ token }, { token: sessionToken }) =>
    done(await auth.verifyEmail({ token, sessionToken }))],

  // "reauthenticate" when the session is not fresh: confirm the password, and ask again.
  'POST /change-my-email': [['email'], async ({ email }, { token, clientAddress }) =>
    done(await auth.requestOwnEmailChange({ token, address: email, clientAddress }))],

  'POST /change-email': [['token'], async ({ token }, { token: sessionToken }) =>
    done(await auth.changeEmail({ token, sessionToken }))],

  // The session has another token from then on.
  'POST /reauthenticate': [['password'], async ({ password }, { token, clientAddress }) =>
    signedIn(await auth.reauthenticate({ token, password, clientAddress }))],

  // What somebody with a second factor is asked for.
  'POST /reauthenticate-with-code': [['code'], async ({ code }, { token, clientAddress }) =>
    signedIn(await auth.reauthenticate({ token, totp: code, clientAddress }))],

  'GET /factors': [[], async (_, { token }) =>
    ok({ factors: (await auth.getOwnFactors({ token })).map(({ factorId, kind, name, lastUsedAt, remaining }) => (
      { factor_id: factorId, kind, name, last_used_at: lastUsedAt, remaining })) })],

  'POST /create-totp': [['name'], async ({ name }, { token }) => {
    const answer = await auth.createTotp({ token, name });
    if (answer.status !== 'ok') return done(answer);
    return ok({ factor_id: answer.factorId, secret: answer.secret, qr_code: drawQrCode(answer.uri) });
  }],

  // The recovery codes are shown here, and never again.
  'POST /confirm-totp': [['factor_id', 'code'], async ({ factor_id: factorId, code }, { token, clientAddress }) => {
    const answer = await auth.confirmTotp({ token, factorId, code, clientAddress });
    return renamed(answer, { recovery_codes: answer.recoveryCodes });
  }],

  'POST /rename-factor': [['factor_id', 'name'], async ({ factor_id: factorId, name }, { token }) =>
    done(await auth.renameOwnFactor({ token, factorId, name }))],

  'POST /delete-factor': [['factor_id'], async ({ factor_id: factorId }, { token }) =>
    renamed(await auth.deleteOwnFactor({ token, factorId }))],

  'POST /create-recovery-codes': [[], async (_, { token }) => {
    const answer = await auth.createRecoveryCodes({ token });
    return answer.status === 'ok' ? ok({ recovery_codes: answer.recoveryCodes }) : done(answer);
  }],

  // On all of them; the cookie of this one goes, too.
  'POST /forget-devices': [[], async (_, { token }) =>
    ok({ forgotten: await auth.forgetOwnDevices({ token }) }, deviceCookie.blank())],

  // Ends the user's other sessions; this one goes on.
  'POST /change-password': [['old_password', 'new_password'], async (form, { token, clientAddress }) =>
    done(await auth.changePassword({ token, oldPassword: form.old_password, newPassword: form.new_password, clientAddress }))],

  'GET /devices': [[], async (_, { token }) => {
    const devices = (await auth.getOwnSessions({ token })).map(({ sessionId, current, renewedAt, sessionAttributes }) => (
      { session_id: sessionId, current, renewed_at: renewedAt, ...sessionAttributes }));
    return devices.length === 0 ? signedOut() : ok({ devices });
  }],

  'POST /end-device': [['session_id'], async ({ session_id: sessionId }, { token }) =>
    ok({ ended: await auth.endOwnSession({ token, sessionId }) })],

  'POST /end-other-devices': [[], async (_, { token }) => ok({ ended: await auth.endOtherSessions({ token }) })],

  'POST /delete-account': [['password'], async ({ password }, { token, clientAddress }) =>
    done(await auth.deleteOwnUser({ token, password, clientAddress }), cookie.blank())],

  'POST /sign-out': [[], async (_, { token }) => ok({ ended: await auth.signOut({ token }) }, cookie.blank())],

  'GET /notes': [[], (_, { token }) => execute(token, 'SELECT id, body FROM note ORDER BY id')],

  'POST /notes': [['body'], ({ body }, { token }) => execute(token, 'INSERT INTO note (body) VALUES ($1) RETURNING id, body', [body])],

  'POST /delete-note': [['id'], ({ id }, { token }) => execute(token, 'DELETE FROM note WHERE id = $1 RETURNING id, body', [id])],
};

const showUser = ({ userId, userAttributes, disabledAt, disabledReason }) =>
  ok({ user_id: userId, user_attributes: userAttributes, disabled_at: disabledAt, disabled_reason: disabledReason });

const adminRoutes = {
  'GET /admin/user': [['email'], async ({ email }) =>
    showUser(await office.getUserByProviderId({ providerId: 'email', providerUserId: email }))],

  // These two sign the user out, too.  Who asks for the second is for the administrator to find out.
  'POST /admin/disable': [['user_id', 'reason'], async ({ user_id: userId, reason }) =>
    showUser(await office.disableUser({ userId, reason }))],

  'POST /admin/delete-factors': [['user_id'], async ({ user_id: userId }) => ok({ deleted: await office.deleteUserFactors({ userId }) })],

  'POST /admin/enable': [['user_id'], async ({ user_id: userId }) => showUser(await office.enableUser({ userId }))],
};

// No client can write the column (setup.sql).  The session is looked at and not renewed: no cookie is sent here.
async function requireAdmin(token) {
  const session = await auth.getSession({ token });
  if (!session?.userAttributes.is_admin) throw new Answer(403, { status: 'forbidden' });
}

// Where the links of mails lead to, and the rest.
const paths = ['/', '/complete-sign-up', '/verify-email', '/reset-password', '/sign-in', '/change-email', '/admin'];
const files = { '/page.js': ['page.js', 'text/javascript'], ...Object.fromEntries(paths.map((path) => [path, ['page.html', 'text/html']])) };

function getPage([name, type]) {
  return new Answer(200, readFileSync(new URL(`../pages/${name}`, import.meta.url)), { 'Content-Type': `${type}; charset=utf-8` });
}

// Errors are told apart by their SQLSTATE, never by the text of the message.
const states = {
  UA001: [404, 'not_found'], UA002: [404, 'not_found'], // an administrator's: no such user
  UA010: [429, 'throttled'], // too many passwords are being hashed
  UA011: [422, 'weak_password'],
  UA014: [401, 'signed_out'], // withSession, and nobody is signed in
  22021: [400, 'malformed'], 22023: [400, 'malformed'], '22P02': [400, 'malformed'], // no text, address or number
  40001: [503, 'try_again'], '40P01': [503, 'try_again'], // somebody else was quicker, or a deadlock
};

function answerOf(error) {
  if (error instanceof Answer) return error;
  if (Object.hasOwn(states, error.code ?? '')) return new Answer(states[error.code][0], { status: states[error.code][1] });
  // UA012 (not set up), lost connections, ...: the client is not told
  console.error('error:', error.code ?? error.name, error.detail?.startsWith('AUTH_') ? error.detail : '');
  return new Answer(500, { status: 'error' });
}

async function handle(request) {
  const [path, query] = request.url.split('?');
  if (request.method === 'GET' && Object.hasOwn(files, path)) return getPage(files[path]);
  const name = `${request.method} ${path}`;
  const forAdmin = office && Object.hasOwn(adminRoutes, name);
  if (!forAdmin && !Object.hasOwn(routes, name)) return new Answer(404, { status: 'not_found' });
  // another site's page must not act with the cookie of this one
  if (!isAllowedOrigin(request)) return new Answer(403, { status: 'foreign_origin' });
  const client = getClient(request);
  if (forAdmin) await requireAdmin(client.token);
  const [names, route] = forAdmin ? adminRoutes[name] : routes[name];
  return route(request.method === 'GET' ? getFields(new URLSearchParams(query), names) : await getForm(request, names), client);
}

const server = http.createServer(async (request, response) => {
  const answer = await handle(request).catch(answerOf);
  response.writeHead(answer.code, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    ...answer.headers,
  });
  response.end(Buffer.isBuffer(answer.body) ? answer.body : JSON.stringify(answer.body));
});

server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
