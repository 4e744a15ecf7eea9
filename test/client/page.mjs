// Behind the program of docs/client.md: what it must do.
import assert from 'node:assert/strict';

// What node:http would have received
function respond() {
  const headers = {};
  return {
    headers,
    setHeader: (name, value) => (headers[name] = value),
    writeHead(status, more) {
      Object.assign(headers, more);
      return Object.assign(this, { status });
    },
    end(body) {
      return Object.assign(this, { body });
    },
  };
}

const here = { host: 'app.example', origin: 'https://app.example' };
const request = (headers) => ({ method: 'POST', headers, socket: { remoteAddress: '192.0.2.9' } });
const enter = async (password, headers = here) => {
  const response = respond();
  await signIn(request(headers), response, { email: 'page@example.com', password });
  return response;
};
const withCookie = (value) => request({ cookie: value.split(';')[0] });

assert.equal((await enter('correct horse battery', { ...here, origin: 'https://evil.example' })).status, 403);
const { status, headers } = await enter('correct horse battery');
assert.equal(status, 204);
const signedIn = withCookie(headers['Set-Cookie']);
assert.equal((await getSession(signedIn, respond())).userId, 'page');
assert.equal(await getSession(request({}), respond()), null);
assert.equal((await getSession(request({ authorization: `Bearer ${cookie.read(signedIn)}` }), respond())).userId, 'page');
await pool.query('SELECT make_idle($1)', [cookie.read(signedIn)]);
const renewed = respond();
assert.equal((await getSession(signedIn, renewed)).fresh, true);
assert.equal(cookie.read(withCookie(renewed.headers['Set-Cookie'])), cookie.read(signedIn));
const shown = respond();
await showNotes(signedIn, shown);
assert.deepEqual([shown.status, shown.body], [200, '[{"text":"of page"}]']);
await pool.query('SELECT make_idle($1)', [cookie.read(signedIn)]);
const again = respond();
await showNotes(signedIn, again);
assert.equal(cookie.read(withCookie(again.headers['Set-Cookie'])), cookie.read(signedIn));
const hidden = respond();
await showNotes(request({}), hidden);
assert.equal(hidden.status, 401);
let refused = await enter('wrong horse');
assert.equal(refused.status, 401);
while (refused.status === 401) refused = await enter('wrong horse');
assert.equal(refused.status, 429);
assert.ok(refused.headers['Retry-After'] >= 1);
await pool.end();
console.log('complete');
