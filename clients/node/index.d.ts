import type { Functions, Session } from './functions.js';

export * from './error_classes.js';
export * from './functions.js';

/** A JSON object. */
export type Json = { [name: string]: unknown };

/** It was done, and there is nothing to tell. */
export interface Ok {
  status: 'ok';
}

/** It was not done. */
export interface Refused<Status extends string> {
  status: Status;
}

/** There is no session before another proof. */
export interface SecondFactor {
  status: 'second_factor';
  /** What completeSignIn() takes. */
  challenge: string;
  /** What the user has. */
  factors: string[];
}

/** It was not tried. */
export interface Throttled {
  status: 'throttled';
  /** Seconds; null: only whoever lifts it can say until when. */
  retryAfter: number | null;
}

/** A pool or a client of node-postgres. */
export interface Database {
  query(statement: { text: string; values: unknown[]; types: { getTypeParser(oid: number): (text: string) => unknown } }): Promise<{
    rows: any[];
  }>;
}

/** The clients of a pool, whose connect() may be called in another way, too. */
export type ClientOf<Pool> = Pool extends { connect: { (): Promise<infer Client>; (...values: any[]): unknown } } ? Client : never;

/** Who may do the work. */
export interface SessionOptions {
  /** The level that is needed, 0 by default: any session. */
  level?: number;
  /** Seconds, or an interval: how long ago it may have been proven who it is. */
  maxAge?: number | string;
  /** Whether nobody may, too. */
  anonymous?: boolean;
}

/** All functions of auth, each by its name in camel case without the prefix. */
export interface Auth<Client> extends Functions {
  /**
   * Has the user of a session do the work, in a transaction, for policies. Who does not reach the level
   * does not: NotAuthenticatedError, ReauthenticateError. Needs a pool. A session that was renewed is
   * "fresh": send its cookie again.
   */
  withSession<Result>(
    token: string | null,
    work: (client: Client, session: Session, auth: Functions) => Promise<Result>,
    options?: SessionOptions & { anonymous?: false },
  ): Promise<Result>;
  /** The same, and the session is null where nobody is signed in. */
  withSession<Result>(
    token: string | null,
    work: (client: Client, session: Session | null, auth: Functions) => Promise<Result>,
    options: SessionOptions,
  ): Promise<Result>;
}

export interface AuthOptions {
  /** Where the extension is; else it is found by the search path. */
  schema?: string;
}

/** Calls over a pool are transactions of their own; over a client they take part in that of the client. */
export function createAuth<Db extends Database>(database: Db, options?: AuthOptions): Auth<ClientOf<Db>>;

/** An error that the extension has raised. */
export class AuthError extends Error {
  constructor(cause: unknown);
  /** The SQLSTATE. */
  code: string;
  /** The name, such as AUTH_WEAK_PASSWORD. */
  detail: string;
}

/** What the extension has raised, by its class; others as they are. */
export function authError<T>(error: T): T | AuthError;

/** What has headers: a request of node:http or of fetch. */
export interface RequestLike {
  method?: string;
  headers: { get(name: string): string | null } | { [name: string]: string | string[] | undefined };
}

export interface CookieOptions {
  /** auth_session, or auth_device */
  name?: string;
  /** / */
  path?: string;
  domain?: string;
  /** Lax */
  sameSite?: 'Lax' | 'Strict' | 'None';
  /** true */
  secure?: boolean;
  /** false: the cookie goes with the browser. */
  persistent?: boolean;
}

export class SessionCookie {
  constructor(options?: CookieOptions);
  /** Set-Cookie for a session that is new or, with the token of the request, "fresh". */
  create(session: { token: string | null; idleExpiresAt: Date }, token?: string): string;
  /** Set-Cookie that deletes the cookie. */
  blank(): string;
  /** The token that the request came with. */
  read(request: RequestLike): string | null;
}

/** The token of a device that is remembered, which no second factor is asked for on. */
export class DeviceCookie {
  /** The name is auth_device. */
  constructor(options?: CookieOptions);
  /** Set-Cookie for the deviceToken of an answer; the server knows until when it is good. */
  create(deviceToken: string, days?: number): string;
  blank(): string;
  read(request: RequestLike): string | null;
}

/** The token of "Authorization: Bearer". */
export function bearerToken(request: RequestLike): string | null;

export interface OriginOptions {
  /** The header that says who is asked: host, or x-forwarded-host behind a proxy of yours that sets it. */
  hostHeader?: string;
  /** Others whose pages may ask, "*.example.com" being all below it. */
  allowedHosts?: string[];
}

/** Whether the request is a GET, HEAD or OPTIONS, or comes from a page of this site. */
export function isAllowedOrigin(request: RequestLike, options?: OriginOptions): boolean;

/** Whole seconds for the header of that name; null: no time will do. */
export function retryAfter(answer: { retryAfter: number | null }): number | null;
