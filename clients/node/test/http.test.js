import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DeviceCookie, SessionCookie, bearerToken, isAllowedOrigin, retryAfter } from '../index.js';

const session = { token: 'abc123', idleExpiresAt: new Date('2030-01-02T03:04:05.678Z') };
const asking = (headers, method = 'POST') => ({ method, headers });

test('the cookie of a session has the attributes of Lucia', () => {
  assert.equal(
    new SessionCookie().create(session),
    'auth_session=abc123; HttpOnly; SameSite=Lax; Path=/; Secure; Expires=Wed, 02 Jan 2030 03:04:05 GMT',
  );
});

test('its options', () => {
  const cookie = new SessionCookie({
    name: 'sid', path: '/app', domain: 'example.com', sameSite: 'Strict', secure: false, persistent: false,
  });
  assert.equal(cookie.create(session), 'sid=abc123; HttpOnly; SameSite=Strict; Path=/app; Domain=example.com');
  assert.equal(
    cookie.blank(),
    'sid=; HttpOnly; SameSite=Strict; Path=/app; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
  );
  assert.equal(cookie.read(asking({ cookie: 'auth_session=no; sid=yes' })), 'yes');
});

test('a renewed session is sent with the token of the request, or not at all', () => {
  const renewed = { ...session, token: null };
  assert.match(new SessionCookie().create(renewed, 'old'), /^auth_session=old;/);
  assert.throws(() => new SessionCookie().create(renewed), TypeError);
});

test('no token adds attributes', () => {
  const cookie = new SessionCookie();
  const value = cookie.create(session, 'a; Domain=evil.example\r\nX: é');
  assert.match(value, /^auth_session=a%3B%20Domain%3Devil.example%0D%0AX%3A%20%C3%A9; HttpOnly/);
  assert.equal(cookie.read(asking({ cookie: value.split('; ')[0] })), 'a; Domain=evil.example\r\nX: é');
});

test('the cookie of a device lasts for the days that are given', () => {
  const cookie = new DeviceCookie({ secure: false });
  const [, expires] = /^auth_device=abc; HttpOnly; SameSite=Lax; Path=\/; Expires=(.*)$/.exec(cookie.create('abc', 2));
  assert.ok(Math.abs(new Date(expires) - Date.now() - 2 * 86400000) < 3600000);
  assert.equal(new DeviceCookie({ persistent: false }).create('abc'), 'auth_device=abc; HttpOnly; SameSite=Lax; Path=/; Secure');
  assert.equal(cookie.read(asking({ cookie: 'auth_session=no; auth_device=yes' })), 'yes');
});

test('the token of a request', () => {
  const read = (cookie) => new SessionCookie().read(asking({ cookie }));
  assert.equal(read('a=1; auth_session=abc; b=2'), 'abc');
  assert.equal(read('a=1;auth_session=abc=='), 'abc==');
  assert.equal(read('auth_session=%E0%A4%A'), '%E0%A4%A');
  for (const none of [undefined, '', 'auth_session', 'auth_session=', 'my_auth_session=abc', 'a="auth_session=abc"'])
    assert.equal(read(none), null, none);
  assert.equal(new SessionCookie().read({ headers: new Headers({ Cookie: 'auth_session=abc' }) }), 'abc');
});

test('the bearer token of a request', () => {
  const bearer = (authorization) => bearerToken(asking({ authorization }));
  assert.equal(bearer('Bearer abc'), 'abc');
  assert.equal(bearer('bearer  abc'), 'abc');
  for (const none of [undefined, '', 'abc', 'Basic abc', 'Bearer', 'Bearer ', 'Bearer a b']) assert.equal(bearer(none), null, none);
});

test('another site changes nothing', () => {
  const host = 'app.example';
  assert.ok(isAllowedOrigin(asking({ host, origin: 'https://app.example' })));
  assert.ok(isAllowedOrigin(asking({ host: 'localhost:8080', origin: 'http://localhost:8080' })));
  assert.ok(isAllowedOrigin({ method: 'POST', headers: new Headers({ host, origin: 'https://app.example' }) }));
  for (const method of ['GET', 'HEAD', 'OPTIONS']) assert.ok(isAllowedOrigin(asking({ host, origin: 'https://evil.example' }, method)));
  for (const origin of [undefined, '', 'null', 'https://evil.example', 'https://app.example.evil.example', 'https://app.example:8443',
    'https://app.example@evil.example', 'app.example', 'file://', 'https://sub.app.example', 'https://example'])
    assert.ok(!isAllowedOrigin(asking({ host, origin })), origin);
  assert.ok(!isAllowedOrigin(asking({ origin: 'https://evil.example' })));
  assert.ok(!isAllowedOrigin(asking({ host: '', origin: 'file:///' })));
});

test('other hosts that may', () => {
  const headers = { host: 'internal:80', 'x-forwarded-host': 'app.example', origin: 'https://app.example' };
  assert.ok(!isAllowedOrigin(asking(headers)));
  assert.ok(isAllowedOrigin(asking(headers), { hostHeader: 'x-forwarded-host' }));
  const options = { allowedHosts: ['admin.example', '*.app.example'] };
  const from = (origin) => isAllowedOrigin(asking({ host: 'api.example', origin }), options);
  assert.ok(from('https://admin.example') && from('https://a.app.example') && from('https://a.b.app.example'));
  assert.ok(!isAllowedOrigin(asking({ host: '*.app.example', origin: 'https://a.app.example' })), 'who is asked is no pattern');
  assert.ok(!from('https://app.example') && !from('https://evilapp.example') && !from('https://a.admin.example'));
});

test('when to come again', () => {
  assert.equal(retryAfter({ retryAfter: 0.2 }), 1);
  assert.equal(retryAfter({ retryAfter: 61.5 }), 62);
  assert.equal(retryAfter({ retryAfter: 0 }), 1);
  assert.equal(retryAfter({ retryAfter: null }), null);
});
