// Signing up, in and out with auth: plain node:http and pg.
//
//   PGHOST=... PGUSER=web PGDATABASE=... PORT=8080 node server.js
//
// Every statement sends its values as bind parameters.  The browser keeps the
// token in a cookie that scripts cannot read.
'use strict';

const http = require('node:http');
const { Pool } = require('pg');

const pool = new Pool();
pool.on('error', (error) => console.error('connection lost:', error.code));

const COOKIE = 'auth_session';
const MAX_BODY = 16384;

// An answer that ends the request.
class Answer {
  constructor(code, body, headers = {}) {
    Object.assign(this, { code, body, headers });
  }
}

function cookie(token, expires) {
  return {
    'Set-Cookie': `${COOKIE}=${token}; HttpOnly; SameSite=Lax; Path=/; Secure; Expires=${expires.toUTCString()}`,
  };
}

const noCookie = cookie('', new Date(0));

function getToken(request) {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name, ...value] = pair.trim().split('=');
    if (name === COOKIE) return value.join('=');
  }
  return null;
}

// What counts failed attempts per network.  Behind a proxy of yours, take the
// address that it passes on; never one that a client can choose.
function getAddress(request) {
  return request.socket.remoteAddress.split('%')[0];
}

// Another site's page must not act with the cookie of this one.
function checkOrigin(request) {
  const origin = request.headers.origin;
  if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== request.headers.host)
    throw new Answer(403, { status: 'foreign_origin' });
}

// The named fields of a form, all of them required.
async function getForm(request, ...names) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Answer(413, { status: 'too_large' }, { Connection: 'close' });
    chunks.push(chunk);
  }
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  return names.map((name) => {
    const value = form.get(name);
    if (!value) throw new Answer(400, { status: 'missing', field: name });
    // what was no UTF-8 has become U+FFFD: two passwords must not become one
    if (/[\0\uFFFD]/.test(value)) throw new Answer(400, { status: 'malformed' });
    return value;
  });
}

async function queryRow(text, ...values) {
  return (await pool.query(text, values)).rows[0];
}

// "refused" and "throttled" are answers and no errors.
function requireOk(row) {
  if (row.status === 'throttled') {
    // without a time, only an administrator or a new password lifts it
    const headers = row.retry_after === null ? {} : { 'Retry-After': row.retry_after };
    throw new Answer(429, { status: 'throttled' }, headers);
  }
  if (row.status !== 'ok') throw new Answer(401, { status: 'refused' });
}

const routes = {
  // The answer is the same whether the address has an account or not: "look into
  // your mailbox".  The message there says which it is (worker.js).
  async 'POST /sign-up'(request) {
    const [email] = await getForm(request, 'email');
    requireOk(await queryRow(
      `SELECT status, ceil(extract(epoch FROM retry_after))::integer AS retry_after
         FROM auth_request_sign_up('email', $1, $2)`,
      email, getAddress(request)));
    return new Answer(202, { status: 'ok' });
  },

  // The form of the page that the link leads to.  Rows of the application's
  // beside the user go into the same transaction.
  async 'POST /complete-sign-up'(request) {
    const [token, password, name] = await getForm(request, 'token', 'password', 'name');
    const row = await queryRow(
      `SELECT status, token, idle_expires_at, user_attributes
         FROM auth_sign_up($1, $2, client_address => $3, user_attributes => $4)`,
      token, password, getAddress(request), JSON.stringify({ name }));
    // only who reads the mailbox is told that there is an account by now
    if (row.status === 'taken') throw new Answer(409, { status: 'taken' });
    requireOk(row);
    return new Answer(201, { status: 'ok', user: row.user_attributes }, cookie(row.token, row.idle_expires_at));
  },

  async 'POST /sign-in'(request) {
    const [email, password] = await getForm(request, 'email', 'password');
    const row = await queryRow(
      `SELECT status, ceil(extract(epoch FROM retry_after))::integer AS retry_after,
              token, idle_expires_at, user_attributes
         FROM auth_sign_in('email', $1, $2, client_address => $3)`,
      email, password, getAddress(request));
    requireOk(row);
    return new Answer(200, { status: 'ok', user: row.user_attributes }, cookie(row.token, row.idle_expires_at));
  },

  // What every page of the application does first.
  async 'GET /me'(request) {
    const session = await queryRow(
      `SELECT fresh, idle_expires_at, user_id, user_attributes FROM auth_validate_session($1)`,
      getToken(request) ?? '');
    if (session === undefined) throw new Answer(401, { status: 'signed_out' }, noCookie);
    // a session that was renewed lives longer, and so must its cookie
    const headers = session.fresh ? cookie(getToken(request), session.idle_expires_at) : {};
    return new Answer(200, { status: 'ok', user_id: session.user_id, user: session.user_attributes }, headers);
  },

  // Ends the user's other sessions; this one goes on.
  async 'POST /change-password'(request) {
    const [oldPassword, newPassword] = await getForm(request, 'old_password', 'new_password');
    requireOk(await queryRow(
      `SELECT status, ceil(extract(epoch FROM retry_after))::integer AS retry_after
         FROM auth_change_password($1, $2, $3, $4)`,
      getToken(request) ?? '', oldPassword, newPassword, getAddress(request)));
    return new Answer(200, { status: 'ok' });
  },

  async 'POST /sign-out'(request) {
    await queryRow('SELECT auth_sign_out($1)', getToken(request) ?? '');
    return new Answer(200, { status: 'ok' }, noCookie);
  },
};

// Errors are told apart by their SQLSTATE, never by the text of the message.
function answerOf(error) {
  if (error instanceof Answer) return error;
  switch (error.code) {
    case 'UA010': // too many passwords are being hashed
      return new Answer(429, { status: 'throttled' });
    case 'UA011': // the new password is not acceptable
      return new Answer(422, { status: 'weak_password' });
    case '22021': // no text of the database's encoding
    case '22023': // an address with a space around it
      return new Answer(400, { status: 'malformed' });
    case '40001': // somebody else was quicker, or a deadlock
    case '40P01':
      return new Answer(503, { status: 'try_again' }, { 'Retry-After': 1 });
    default: // UA012 (not set up), lost connections, ...: the client is not told
      console.error('error:', error.code, error.detail?.startsWith('AUTH_') ? error.detail : '');
      return new Answer(500, { status: 'error' });
  }
}

async function handle(request) {
  const route = routes[`${request.method} ${request.url.split('?')[0]}`];
  if (route === undefined) return new Answer(404, { status: 'not_found' });
  if (request.method !== 'GET') checkOrigin(request);
  return route(request);
}

const server = http.createServer(async (request, response) => {
  const answer = await handle(request).catch(answerOf);
  response.writeHead(answer.code, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    ...answer.headers,
  });
  response.end(JSON.stringify(answer.body));
});

server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
