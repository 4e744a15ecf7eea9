// What the compiler must accept, and must not: compiled by test/t/clients.pl, never run.
import {
  AuthError, DeviceCookie, SessionCookie, WeakPasswordError, authError, bearerToken, createAuth, isAllowedOrigin, retryAfter,
} from '../../clients/node/index.js';

interface Client {
  query(statement: string | { text: string }, values?: unknown[]): Promise<{ rows: any[] }>;
  own: 1;
}
declare const pool: {
  query(statement: { text: string; values?: unknown[] }): Promise<{ rows: any[] }>;
  connect(): Promise<Client>;
  connect(callback: (error: Error | undefined, client: Client | undefined) => void): void;
};
declare const request: { method?: string; headers: { cookie?: string; [name: string]: string | string[] | undefined } };

const auth = createAuth(pool);
const cookie = new SessionCookie({ secure: false, sameSite: 'Strict' });

export async function signIn(): Promise<string> {
  const answer = await auth.signIn({ providerId: 'email', providerUserId: 'a', password: 'b', clientAddress: null, lifetime: 60 });
  switch (answer.status) {
    case 'ok':
      return cookie.create(answer) + answer.token.length + answer.idleExpiresAt.getTime();
    case 'throttled':
      return String(retryAfter(answer));
    case 'second_factor':
      return answer.challenge + answer.factors.length;
    case 'refused':
      // @ts-expect-error: there is no session
      return answer.token;
    default: {
      const none: never = answer;
      return none;
    }
  }
}

export async function me(): Promise<unknown> {
  const token = cookie.read(request) ?? bearerToken(request);
  if (!token || !isAllowedOrigin(request, { allowedHosts: ['*.example.com'] })) return null;
  const session = await auth.validateSession({ token });
  // @ts-expect-error: there may be none
  session.userId;
  if (session === null) return null;
  // @ts-expect-error: the token is not there
  session.token.length;
  const state: 'active' | 'idle' = session.state;
  return [state, session.userAttributes.name, session.fresh && cookie.create(session, token)];
}

export async function identity(token: string): Promise<number> {
  return auth.withSession(token, async (client, session, inside) => {
    const id: string | null = await inside.userId();
    return client.own + (id ?? '').length + cookie.create(session, token).length;
  }, { level: 2, maxAge: 900 });
}

export const anonymous = (token: string | null): Promise<string> =>
  // @ts-expect-error: there may be none
  auth.withSession(token, async (client, session) => session.userId, { anonymous: true });

export const device = (token: string): string | null =>
  // @ts-expect-error: not a session
  new DeviceCookie({ secure: false }).create(token, 7) && new DeviceCookie().create({ token }) && new DeviceCookie().read(request);

export async function nobody(): Promise<unknown> {
  const token = cookie.read(request);
  await auth.changePassword({ token, oldPassword: null, newPassword: 'a' });
  // @ts-expect-error: there has to be a new one
  await auth.changePassword({ token, oldPassword: null, newPassword: null });
  return [await auth.getOwnSessions({ token }), await auth.endOtherSessions({ token }), await auth.signOut({ token })];
}

export async function wrong(): Promise<void> {
  // @ts-expect-error: the password is missing
  await auth.signIn({ providerId: 'email', providerUserId: 'a' });
  // @ts-expect-error: there is no such argument
  await auth.signOut({ token: 'a', session: 'b' });
  // @ts-expect-error: attributes are an object
  await auth.updateUserAttributes({ userId: 'a', userAttributes: 'b' });
  const nothing: void = await auth.setup();
  const ended: number = await auth.invalidateUserSessions({ userId: 'a' });
  const keys: { verifiedAt: Date | null }[] = await auth.getUserKeys({ userId: 'a' });
  void [nothing, ended, keys];
}

export function answerOf(error: unknown): number {
  const known = authError(error);
  if (known instanceof WeakPasswordError) return 422;
  return known instanceof AuthError && known.code === 'UA010' ? 429 : 500;
}
