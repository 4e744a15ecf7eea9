// Between a session and HTTP: cookies as Lucia makes them, bearer tokens, origins.  A request is whatever
// has headers, those of node:http or of fetch.

const header = ({ headers }, name) => (typeof headers.get === 'function' ? headers.get(name) : headers[name]) ?? null;

function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}

// Values of Set-Cookie, and the token that comes back.
class TokenCookie {
  #options;

  constructor(options) {
    this.#options = { path: '/', sameSite: 'Lax', secure: true, persistent: true, ...options };
  }

  blank() {
    return this.#value('', new Date(0));
  }

  read(request) {
    const start = `${this.#options.name}=`;
    const pairs = (header(request, 'cookie') ?? '').split(';').map((pair) => pair.trim());
    const value = pairs.find((pair) => pair.startsWith(start))?.slice(start.length);
    return value ? (attempt(() => decodeURIComponent(value)) ?? value) : null;
  }

  _create(token, expires) {
    return this.#value(token, this.#options.persistent && expires);
  }

  #value(token, expires) {
    const { name, path, domain, sameSite, secure } = this.#options;
    return [
      `${name}=${encodeURIComponent(token)}`,
      'HttpOnly',
      `SameSite=${sameSite}`,
      `Path=${path}`,
      domain && `Domain=${domain}`,
      secure && 'Secure',
      expires && `Expires=${expires.toUTCString()}`,
    ].filter(Boolean).join('; ');
  }
}

export class SessionCookie extends TokenCookie {
  constructor(options) {
    super({ name: 'auth_session', ...options });
  }

  // Only a new session has its token: that of one which was renewed is the request's.
  create(session, token = session.token) {
    if (!token) throw new TypeError('a session that is not new needs its token');
    return this._create(token, session.idleExpiresAt);
  }
}

// The server knows when a device is forgotten; the browser may keep the token for longer.
export class DeviceCookie extends TokenCookie {
  constructor(options) {
    super({ name: 'auth_device', ...options });
  }

  create(deviceToken, days = 30) {
    return this._create(deviceToken, new Date(Date.now() + days * 86400000));
  }
}

export const bearerToken = (request) => /^Bearer +(\S+)$/i.exec(header(request, 'authorization') ?? '')?.[1] ?? null;

// Another site's page must not act with the cookie of this one.  Browsers say the origin with whatever
// changes something; "*.example.com" among the hosts is all below it.
export function isAllowedOrigin(request, { hostHeader = 'host', allowedHosts = [] } = {}) {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return true;
  const origin = attempt(() => new URL(header(request, 'origin')).host);
  const isOrigin = (host) => (host.startsWith('*.') ? origin.endsWith(host.slice(1)) : origin === host);
  return Boolean(origin) && (origin === header(request, hostHeader) || allowedHosts.some(isOrigin));
}

// Whole seconds for the header of that name; null: no time will do.
export const retryAfter = ({ retryAfter: seconds }) => (seconds == null ? null : Math.max(1, Math.ceil(seconds)));
