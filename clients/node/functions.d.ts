// Made by "make clients" of the catalog.
import type { Json, Ok, Refused, SecondFactor, Throttled } from './index.js';

/** What auth_calibrate returns. */
export interface CalibrateResult {
  memory: number | null;
  iterations: number | null;
  milliseconds: number | null;
  meetsFloor: boolean | null;
}

/** What auth_change_email returns. */
export interface ChangeEmailResult {
  status: 'ok';
  userId: string | null;
  address: string | null;
}

/** What auth_check returns. */
export interface CheckResult {
  severity: string | null;
  kind: string | null;
  finding: string | null;
  statement: string | null;
}

/** What auth_confirm_totp returns. */
export interface ConfirmTotpResult {
  status: 'ok';
  newToken: string | null;
  recoveryCodes: string[] | null;
}

/** What auth_create_recovery_codes returns. */
export interface CreateRecoveryCodesResult {
  status: 'ok';
  recoveryCodes: string[] | null;
}

/** What auth_create_totp returns. */
export interface CreateTotpResult {
  status: 'ok';
  factorId: string | null;
  secret: string | null;
  uri: string | null;
}

/** What auth_delete_own_factor returns. */
export interface DeleteOwnFactorResult {
  status: 'ok';
  newToken: string | null;
}

/** What auth_describe_password_hash returns. */
export interface DescribePasswordHashResult {
  format: string | null;
  parameters: Json | null;
  strength: string | null;
  needsRehash: boolean | null;
}

/** An event as functions return it. */
export interface Event {
  /** Grows, but not in the order of commits. */
  id: number;
  /** When it happened, by the clock. */
  createdAt: Date;
  /** What happened, such as sign_in or password_changed. */
  kind: string;
  /** Why, or why not; NULL: there is nothing to say. */
  reason: string | null;
  /** Whose user it concerns; NULL: nobody's. */
  userId: string | null;
  /** The key that was used or changed; NULL: none, or none of that name. */
  providerId: string | null;
  /** The key that was used or changed; NULL: none. */
  providerUserId: string | null;
  /** The session that was begun or ended; NULL: none, or several. */
  sessionId: string | null;
  /** The client's address, as the caller gave it; NULL: it was not given. */
  clientAddress: string | null;
  /** How many sessions, or users, where there can be several; NULL elsewhere. */
  count: number | null;
  /** The role that was connected. */
  role: string;
}

/** A second factor as functions return it. */
export interface Factor {
  /** What names it; NULL: recovery codes. */
  factorId: string | null;
  /** Totp or recovery_codes. */
  kind: 'totp' | 'recovery_codes';
  /** What its user calls it; NULL: nothing. */
  name: string | null;
  /** When it was created. */
  createdAt: Date;
  /** When it was used last; NULL: not known, of recovery codes. */
  lastUsedAt: Date | null;
  /** How many recovery codes have not been used; NULL: it is an app. */
  remaining: number | null;
  /** Until then its codes are refused, as the server's clock was ahead when one was used; NULL: they are not. */
  refusedUntil: Date | null;
}

/** What auth_get_client_throttle returns. */
export interface GetClientThrottleResult {
  failures: number | null;
  failedAt: Date | null;
  throttled: boolean | null;
  retryAt: Date | null;
}

/** What auth_get_key_throttle returns. */
export interface GetKeyThrottleResult {
  failures: number | null;
  failedAt: Date | null;
  throttled: boolean | null;
  retryAt: Date | null;
}

/** What auth_get_password_audit returns. */
export interface GetPasswordAuditResult {
  format: string | null;
  strength: string | null;
  keys: number | null;
}

/** What auth_get_password_load returns. */
export interface GetPasswordLoadResult {
  running: number | null;
  waiting: number | null;
  concurrency: number | null;
  mostRunning: number | null;
  refused: number | null;
}

/** What auth_import_lucia returns. */
export interface ImportLuciaResult {
  kind: string | null;
  result: string | null;
  reason: string | null;
  userId: string | null;
  name: string | null;
  count: number | null;
}

/** A key as functions return it. */
export interface Key {
  /** Whose key it is. */
  userId: string;
  /** The kind of key. */
  providerId: string;
  /** The user's id there. */
  providerUserId: string;
  /** Whether the key has a password. */
  passwordDefined: boolean;
  /** When the key was created. */
  createdAt: Date;
  /** When somebody proved that the name is theirs; NULL: nobody has. */
  verifiedAt: Date | null;
}

/** What has become of a message so far. */
export interface Message {
  /** Its number. */
  id: number;
  /** When it was written. */
  createdAt: Date;
  /** From then on it is not handed out any more. */
  expiresAt: Date;
  /** What it is about, such as password_reset. */
  purpose: string;
  /** Who it is for; NULL: nobody that is known. */
  userId: string | null;
  /** With the address, the key that it is about; NULL: none. */
  providerId: string | null;
  /** Where it is to be sent. */
  address: string;
  /** How often it was handed out. */
  attempts: number;
  /** When it was handed out last; NULL: never. */
  attemptedAt: Date | null;
  /** From then on it is handed out; NULL: never again. */
  nextAttemptAt: Date | null;
  /** When it was given up; NULL: it was not. */
  failedAt: Date | null;
  /** Why the last attempt failed; NULL: none has, or nobody has said why. */
  reason: string | null;
}

/** A message that is to be sent. */
export interface Outbox {
  /** Its number. */
  id: number;
  /** When it was written. */
  createdAt: Date;
  /** Until then the token can be used. */
  expiresAt: Date;
  /** What it is about, such as password_reset. */
  purpose: string;
  /** Who it is for; NULL: nobody that is known. */
  userId: string | null;
  /** With the address, the key that it is about; NULL: none. */
  providerId: string | null;
  /** Where it is to be sent. */
  address: string;
  /** The token or code that it is to hold; NULL: none. */
  token: string | null;
  /** What the token was made with, or what else the message needs; NULL: nothing. */
  data: Json | null;
  /** How often it was handed out, this time included. */
  attempts: number;
}

/** A session of one's own, as auth_get_own_sessions() lists it. */
export interface OwnSession {
  /** The session id, for auth_end_own_session(). */
  sessionId: string;
  /** Whether it is the one whose token was given. */
  current: boolean;
  /** Active or idle. */
  state: 'active' | 'idle';
  /** Until then it is active. */
  activeExpiresAt: Date;
  /** Until then it can be renewed. */
  idleExpiresAt: Date;
  /** The absolute end; NULL: none. */
  expiresAt: Date | null;
  /** The application's columns of auth_session that auth.session_attributes shows. */
  sessionAttributes: Json;
  /** When it was made, by a sign-in. */
  createdAt: Date;
  /** When it was renewed last, or made: it was in use then. */
  renewedAt: Date;
  /** When its user has proven a credential last. */
  authenticatedAt: Date;
  /** The level of what its user has proven. */
  aal: number;
  /** By which methods. */
  amr: string[];
}

/** The answer to a rotation; with the status ok, a new refresh token and its session. */
export interface RefreshResult {
  status: 'ok';
  /** The new refresh token, which is shown nowhere else. */
  refreshToken: string;
  /** Until then it can be used. */
  refreshExpiresAt: Date;
  /** The absolute end of the family; NULL: none. */
  refreshEndsAt: Date | null;
  /** The new token of the session, which is shown nowhere else. */
  token: string;
  /** Auth_session_id(token), safe to show. */
  sessionId: string;
  /** Whose session it is. */
  userId: string;
  /** Active or idle. */
  state: 'active' | 'idle';
  /** True: the token is new. */
  fresh: boolean;
  /** Until then the session is active, after that idle. */
  activeExpiresAt: Date;
  /** Until then the session can be renewed by validating it. */
  idleExpiresAt: Date;
  /** The absolute end of the session, which is never moved; NULL: none. */
  expiresAt: Date | null;
  /** The session attributes. */
  sessionAttributes: Json;
  /** The user attributes. */
  userAttributes: Json;
  /** When the session was created. */
  createdAt: Date;
  /** When its user proved a credential last. */
  authenticatedAt: Date;
  /** The level of assurance that its methods amount to: 0 none that is known, 1 one method, 2 two factors. */
  aal: number;
  /** The methods by which its user was authenticated, in words. */
  amr: string[];
}

/** A new refresh token. */
export interface RefreshToken {
  /** The token, which is shown nowhere else. */
  refreshToken: string;
  /** The same for all tokens that are made by rotating this one; safe to show. */
  familyId: string;
  /** Whose session it is. */
  userId: string;
  /** The session that it goes with. */
  sessionId: string;
  /** Until then it can be used. */
  expiresAt: Date;
  /** The absolute end of the family and its session; NULL: none. */
  endsAt: Date | null;
}

/** What auth_request_magic_link returns. */
export interface RequestMagicLinkResult {
  status: 'ok';
  browserToken: string | null;
}

/** What auth_reset_password returns. */
export interface ResetPasswordResult {
  status: 'ok';
  userId: string | null;
  address: string | null;
}

/** A session as functions return it. */
export interface Session {
  /** The token, where the session was just created, else NULL. */
  token: string | null;
  /** The session id, which is safe to show. */
  sessionId: string;
  /** Whose session it is. */
  userId: string;
  /** Active or idle. */
  state: 'active' | 'idle';
  /** Whether the session was just created or renewed. */
  fresh: boolean;
  /** Until then the session is active. */
  activeExpiresAt: Date;
  /** Until then the session can be renewed. */
  idleExpiresAt: Date;
  /** The absolute end; NULL: none. */
  expiresAt: Date | null;
  /** The application's columns of auth_session that auth.session_attributes shows. */
  sessionAttributes: Json;
  /** The attributes of the user. */
  userAttributes: Json;
  /** When the session was created. */
  createdAt: Date;
  /** When its user proved a credential last. */
  authenticatedAt: Date;
  /** The level of assurance that its methods amount to: 0 none that is known, 1 one method, 2 two factors. */
  aal: number;
  /** The methods by which its user was authenticated, in words. */
  amr: string[];
}

/** The answer to a sign-in; with the status ok, the session. */
export interface SignInResult {
  status: 'ok';
  /** The token of a device that is remembered, for its next sign-in; NULL: it is not. */
  deviceToken: string | null;
  /** The token, which is shown nowhere else. */
  token: string;
  /** Auth_session_id(token), safe to show. */
  sessionId: string;
  /** Whose session it is. */
  userId: string;
  /** Active or idle. */
  state: 'active' | 'idle';
  /** True: the session is new. */
  fresh: boolean;
  /** Until then the session is active, after that idle. */
  activeExpiresAt: Date;
  /** Until then the session can be renewed by validating it. */
  idleExpiresAt: Date;
  /** The absolute end, which is never moved; NULL: none. */
  expiresAt: Date | null;
  /** The session attributes. */
  sessionAttributes: Json;
  /** The user attributes. */
  userAttributes: Json;
  /** When the session was created. */
  createdAt: Date;
  /** When its user proved a credential last. */
  authenticatedAt: Date;
  /** The level of assurance that its methods amount to: 0 none that is known, 1 one method, 2 two factors. */
  aal: number;
  /** The methods by which its user was authenticated, in words. */
  amr: string[];
}

/** A one-time token or code as functions return it. */
export interface Token {
  /** The token or code, where it was just made, else NULL. */
  token: string | null;
  /** Its id, which is safe to show. */
  tokenId: string;
  /** What it is for. */
  purpose: string;
  /** Whose it is; NULL: nobody's. */
  userId: string | null;
  /** Where it was sent to; NULL: nowhere. */
  address: string | null;
  /** When it was made. */
  createdAt: Date;
  /** Until then it can be used. */
  expiresAt: Date;
  /** What it was made with; NULL: nothing. */
  data: Json | null;
}

/** A user as functions return it. */
export interface User {
  /** The user id. */
  userId: string;
  /** The application's columns of auth_user that auth.user_attributes shows. */
  userAttributes: Json;
  /** When the user was created. */
  createdAt: Date;
  /** Since when the user is disabled; NULL: it is not. */
  disabledAt: Date | null;
  /** Until when it is; NULL: for good, or not at all. */
  disabledUntil: Date | null;
  /** Why, as whoever disabled it has said; NULL: nothing. */
  disabledReason: string | null;
}

/** What auth_verify_email returns. */
export interface VerifyEmailResult {
  status: 'ok';
  userId: string | null;
  address: string | null;
}

/** What auth_verify_own_email_with_code returns. */
export interface VerifyOwnEmailWithCodeResult {
  status: 'ok';
  userId: string | null;
  address: string | null;
}

export interface Functions {
  /** client: let an imported session, whose token is its id, a dot and a secret, go on with that token. */
  adoptSession(values: {
    token: string | null;
  }): Promise<Session | null>;

  /** identity: by how much the session was proven; 0: nobody acts. */
  assuranceLevel(): Promise<number>;

  /** identity: when the user who acts proved a credential last; NULL: nobody. */
  authenticatedAt(): Promise<Date | null>;

  /** admin: measure which costs of password hashes take at most so long here. */
  calibrate(values?: {
    targetMs?: number;
    maxMemory?: number;
  }): Promise<CalibrateResult[]>;

  /** client: use a token to give a user the address that it was sent to; answers ok or refused. */
  changeEmail(values: {
    token: string | null;
    sessionToken?: string | null;
  }): Promise<ChangeEmailResult | Refused<'refused'>>;

  /** client: change the password of a session's user, who knows old_password (NULL: there is none), and end the other sessions; answers ok, refused, throttled or reauthenticate. */
  changePassword(values: {
    token: string | null;
    oldPassword: string | null;
    newPassword: string;
    clientAddress?: string | null;
  }): Promise<Ok | Refused<'refused' | 'reauthenticate'> | Throttled>;

  /** service: change the password of a user who knows the old one, and end the other sessions; answers ok, refused or throttled. */
  changeUserPassword(values: {
    userId: string;
    oldPassword: string;
    newPassword: string;
    clientAddress?: string | null;
    exceptSession?: string | null;
  }): Promise<Ok | Refused<'refused'> | Throttled>;

  /** admin: what is wrong, or could be better, and the statement that mends it. */
  check(): Promise<CheckResult[]>;

  /** client: have nobody act from here on. */
  clearSession(): Promise<void>;

  /** client: prove the second factor of a sign-in that waits for it, and make the session; answers ok, refused or throttled. */
  completeSignIn(values: {
    challenge: string | null;
    totp?: string | null;
    recoveryCode?: string | null;
    clientAddress?: string | null;
    remember?: number | string | null;
  }): Promise<SignInResult | Refused<'refused'> | Throttled>;

  /** client: put an authenticator app to use by a code of it, end the other sessions, and give this one a new token; answers ok, refused, throttled or reauthenticate. */
  confirmTotp(values: {
    token: string | null;
    factorId: string;
    code: string;
    clientAddress?: string | null;
  }): Promise<ConfirmTotpResult | Refused<'refused' | 'reauthenticate'> | Throttled>;

  /** service: make a short one-time code, in the place of the older one of the same purpose and user. */
  createCode(values: {
    purpose: string;
    userId?: string | null;
    address?: string | null;
    lifetime?: number | string | null;
    length?: number;
    letters?: boolean;
    data?: Json | null;
    deliver?: boolean;
  }): Promise<Token>;

  /** service: create a key of a user. */
  createKey(values: {
    userId: string;
    providerId: string;
    providerUserId: string;
    password?: string | null;
    verified?: boolean;
  }): Promise<Key>;

  /** service: add a key whose provider has vouched for the user of a token; answers ok, refused, taken or reauthenticate. */
  createOwnKey(values: {
    token: string | null;
    providerId: string;
    providerUserId: string;
  }): Promise<Ok | Refused<'refused' | 'taken' | 'reauthenticate'>>;

  /** client: make recovery codes for the user of a token, in the place of those before; answers ok, refused, throttled or reauthenticate. */
  createRecoveryCodes(values: {
    token: string | null;
  }): Promise<CreateRecoveryCodesResult | Refused<'refused' | 'reauthenticate'> | Throttled>;

  /** service: create a refresh token for a session; it is seen here and never again. */
  createRefreshToken(values: {
    sessionId: string;
    lifetime?: number | string | null;
    familyLifetime?: number | string | null;
  }): Promise<RefreshToken>;

  /** service: create a session; the token is seen here and never again. */
  createSession(values: {
    userId: string;
    sessionAttributes?: Json;
    activePeriod?: number | string | null;
    idlePeriod?: number | string | null;
    lifetime?: number | string | null;
    amr?: string[] | null;
  }): Promise<Session>;

  /** service: make a one-time token, in the place of the older one of the same purpose and user. */
  createToken(values: {
    purpose: string;
    userId?: string | null;
    address?: string | null;
    lifetime?: number | string | null;
    replace?: boolean;
    data?: Json | null;
    deliver?: boolean;
  }): Promise<Token>;

  /** client: make the secret of an authenticator app of the user of a token, which auth_confirm_totp() puts to use; answers ok, refused or reauthenticate. */
  createTotp(values: {
    token: string | null;
    name?: string | null;
    algorithm?: string;
    digits?: number;
  }): Promise<CreateTotpResult | Refused<'refused' | 'reauthenticate'>>;

  /** service: create a user, with a key when one is named. */
  createUser(values?: {
    providerId?: string | null;
    providerUserId?: string | null;
    password?: string | null;
    userAttributes?: Json;
    userId?: string | null;
    verified?: boolean;
  }): Promise<User>;

  /** identity: the id of the session by which the user acts; NULL: nobody. */
  currentSessionId(): Promise<string | null>;

  /** admin: delete authenticator apps that were not confirmed in time, at most so many. */
  deleteDeadFactors(values?: {
    batchSize?: number;
  }): Promise<number>;

  /** admin: delete messages that nobody needs any more, at most so many. */
  deleteDeadOutbox(values?: {
    batchSize?: number;
  }): Promise<number>;

  /** admin: delete expired families of refresh tokens, at most so many. */
  deleteDeadRefreshTokens(values?: {
    batchSize?: number;
  }): Promise<number>;

  /** admin: delete expired sessions, at most so many. */
  deleteDeadSessions(values?: {
    batchSize?: number;
  }): Promise<number>;

  /** admin: delete expired one-time tokens and codes, at most so many. */
  deleteDeadTokens(values?: {
    batchSize?: number;
  }): Promise<number>;

  /** service: delete the expired sessions of a user. */
  deleteDeadUserSessions(values: {
    userId: string;
  }): Promise<number>;

  /** admin: remove old events, a batch at a time. */
  deleteEvents(values: {
    olderThan: number | string;
    batchSize?: number;
  }): Promise<number>;

  /** service: delete a key. */
  deleteKey(values: {
    providerId: string;
    providerUserId: string;
  }): Promise<void>;

  /** client: delete a second factor of the user of a token, end the other sessions, and give this one a new token; answers ok, refused or reauthenticate. */
  deleteOwnFactor(values: {
    token: string | null;
    factorId: string;
  }): Promise<DeleteOwnFactorResult | Refused<'refused' | 'reauthenticate'>>;

  /** client: delete a key of the user of a token, but not the last way in; answers ok, refused, last_key or reauthenticate. */
  deleteOwnKey(values: {
    token: string | null;
    providerId: string;
    providerUserId: string;
  }): Promise<Ok | Refused<'refused' | 'last_key' | 'reauthenticate'>>;

  /** client: delete the user of a token, whose session is fresh or whose password is given; answers ok, refused, throttled or reauthenticate. */
  deleteOwnUser(values: {
    token: string | null;
    password?: string | null;
    clientAddress?: string | null;
  }): Promise<Ok | Refused<'refused' | 'reauthenticate'> | Throttled>;

  /** service: delete a user with its keys and sessions. */
  deleteUser(values: {
    userId: string;
  }): Promise<void>;

  /** service: delete a second factor of a user, and end its sessions. */
  deleteUserFactor(values: {
    userId: string;
    factorId: string;
  }): Promise<void>;

  /** service: delete all second factors of a user, with recovery codes and remembered devices, and end its sessions; how many there were. */
  deleteUserFactors(values: {
    userId: string;
  }): Promise<number>;

  /** service: tell the format, cost and strength of a password hash. */
  describePasswordHash(values: {
    hashedPassword: string;
  }): Promise<DescribePasswordHashResult>;

  /** service: keep a user out, for good or until a time, and end its sessions. */
  disableUser(values: {
    userId: string;
    until?: Date | string | null;
    reason?: string | null;
  }): Promise<User>;

  /** service: let a disabled user in again. */
  enableUser(values: {
    userId: string;
  }): Promise<User>;

  /** client: end the sessions of the user of a token, but for its own. */
  endOtherSessions(values: {
    token: string | null;
  }): Promise<number>;

  /** client: end a session of the user of a token. */
  endOwnSession(values: {
    token: string | null;
    sessionId: string;
  }): Promise<boolean>;

  /** admin: delete a user with all that is known of it, events too; also one that was deleted before. */
  eraseUser(values: {
    userId: string;
  }): Promise<number>;

  /** admin: have calls of a stable function of one's own with constants evaluated once in a statement. */
  evaluateOnce(values: {
    function: string;
  }): Promise<void>;

  /** admin: all that is known of a user, without secrets. */
  exportUser(values: {
    userId: string;
  }): Promise<any>;

  /** worker: say that a message could not be sent; when it is to be tried again. */
  failMessage(values: {
    id: number;
    reason?: string | null;
    retryAfter?: number | string | null;
    permanent?: boolean;
  }): Promise<Date>;

  /** worker: delete a message that was sent. */
  finishMessage(values: {
    id: number;
  }): Promise<boolean>;

  /** service: an address of mail as keys have it; NULL for one that they cannot have. */
  foldEmail(values: {
    address: string;
  }): Promise<string | null>;

  /** client: have the user of a token asked for a second factor on every device again; how many were remembered. */
  forgetOwnDevices(values: {
    token: string | null;
  }): Promise<number>;

  /** service: random letters and digits for a user id. */
  generateUserId(values?: {
    length?: number;
  }): Promise<string>;

  /** admin: get the failed attempts of an address, and when another is allowed. */
  getClientThrottle(values: {
    clientAddress: string;
  }): Promise<GetClientThrottleResult>;

  /** admin: get the last events, of one user or of all. */
  getEvents(values?: {
    userId?: string | null;
    before?: number | null;
    maxRows?: number;
  }): Promise<Event[]>;

  /** service: get a key. */
  getKey(values: {
    providerId: string;
    providerUserId: string;
  }): Promise<Key>;

  /** admin: get the failed attempts against a key, and when another is allowed. */
  getKeyThrottle(values: {
    providerId: string;
    providerUserId: string;
  }): Promise<GetKeyThrottleResult>;

  /** worker: get the last messages without their tokens: those given up, those not, or all. */
  getOutbox(values?: {
    failed?: boolean | null;
    maxRows?: number;
  }): Promise<Message[]>;

  /** client: get the second factors of the user of a token. */
  getOwnFactors(values: {
    token: string | null;
  }): Promise<Factor[]>;

  /** client: get the keys of the user of a token. */
  getOwnKeys(values: {
    token: string | null;
  }): Promise<Key[]>;

  /** client: get the living sessions of the user of a token. */
  getOwnSessions(values: {
    token: string | null;
  }): Promise<OwnSession[]>;

  /** admin: count the keys with a password by the format and strength of its hash. */
  getPasswordAudit(): Promise<GetPasswordAuditResult[]>;

  /** admin: tell how many passwords the server is hashing, and how many wait for it. */
  getPasswordLoad(): Promise<GetPasswordLoadResult>;

  /** client: tell why a new password would be refused; NULL: it would not. */
  getPasswordWeakness(values: {
    password: string;
    providerUserId?: string | null;
  }): Promise<string | null>;

  /** client: get the living session of a token as it is. */
  getSession(values: {
    token: string | null;
  }): Promise<Session | null>;

  /** service: get a user. */
  getUser(values: {
    userId: string;
  }): Promise<User>;

  /** service: get the user of a key. */
  getUserByProviderId(values: {
    providerId: string;
    providerUserId: string;
  }): Promise<User>;

  /** service: get the second factors of a user. */
  getUserFactors(values: {
    userId: string;
  }): Promise<Factor[]>;

  /** service: get the keys of a user. */
  getUserKeys(values: {
    userId: string;
  }): Promise<Key[]>;

  /** service: get the living sessions of a user, oldest first. */
  getUserSessions(values: {
    userId: string;
  }): Promise<Session[]>;

  /** admin: grant a role EXECUTE on the functions for a client, a service, an admin or a worker. */
  grant(values: {
    role: string;
    privilege: string;
  }): Promise<void>;

  /** identity: whether somebody acts by at least this level. */
  hasLevel(values: {
    level: number | null;
  }): Promise<boolean>;

  /** service: create a key whose password was hashed by another system. */
  importKey(values: {
    userId: string;
    providerId: string;
    providerUserId: string;
    hashedPassword: string;
    verified?: boolean;
  }): Promise<Key>;

  /** admin: import users, keys and sessions from tables of Lucia, and tell how many. */
  importLucia(values: {
    version: string;
    users: string;
    keys?: string | null;
    sessions?: string | null;
    passwords?: string | null;
    identifierColumn?: string;
    sessionIds?: string | null;
    timeZone?: string | null;
    secretColumns?: string[];
    listRows?: boolean;
  }): Promise<ImportLuciaResult[]>;

  /** service: add an authenticator app that a user has from another system; its id. */
  importTotp(values: {
    userId: string;
    secret: Uint8Array;
    name?: string | null;
    algorithm?: string;
    digits?: number;
    period?: number;
  }): Promise<string>;

  /** admin: end the sessions of all users, and the tokens that would let them in. */
  invalidateAllSessions(): Promise<number>;

  /** service: end a session. */
  invalidateSession(values: {
    sessionId: string;
  }): Promise<void>;

  /** service: end the sessions of a user, but for one. */
  invalidateUserSessions(values: {
    userId: string;
    exceptSession?: string | null;
  }): Promise<number>;

  /** identity: whether somebody acts who has proven a credential within the period. */
  isFresh(values: {
    period: number | string | null;
  }): Promise<boolean>;

  /** client: prove a password or a second factor of the user of a token, which makes its session fresh and gives it another token; answers ok, refused, throttled or reauthenticate. */
  reauthenticate(values: {
    token: string | null;
    password?: string | null;
    totp?: string | null;
    recoveryCode?: string | null;
    clientAddress?: string | null;
  }): Promise<SignInResult | Refused<'refused' | 'reauthenticate'> | Throttled>;

  /** client: give a second factor of the user of a token this name (NULL: none); answers ok or refused. */
  renameOwnFactor(values: {
    token: string | null;
    factorId: string;
    name: string | null;
  }): Promise<Ok | Refused<'refused'>>;

  /** service: have a token sent to the address that a user wants to have; answers ok or throttled. */
  requestEmailChange(values: {
    userId: string;
    address: string;
    providerId?: string;
    lifetime?: number | string | null;
    data?: Json | null;
  }): Promise<Ok | Throttled>;

  /** service: have a token sent to the address of a key of the user; answers ok or throttled. */
  requestEmailVerification(values: {
    userId: string;
    address: string;
    lifetime?: number | string | null;
    data?: Json | null;
  }): Promise<Ok | Throttled>;

  /** client: have a token sent to a key, if there is one, with which its user can sign in, or sign up; answers ok or throttled. */
  requestMagicLink(values: {
    providerId: string;
    providerUserId: string;
    clientAddress?: string | null;
    data?: Json | null;
    signUp?: boolean;
    bind?: boolean;
  }): Promise<RequestMagicLinkResult | Throttled>;

  /** client: have a token sent to the address that the user of a token wants to have; answers ok, refused, throttled or reauthenticate. */
  requestOwnEmailChange(values: {
    token: string | null;
    address: string;
    clientAddress?: string | null;
    data?: Json | null;
    providerId?: string;
  }): Promise<Ok | Refused<'refused' | 'reauthenticate'> | Throttled>;

  /** client: have a token, or a code, sent to the address that the user of a token has not proven yet; answers ok, refused or throttled. */
  requestOwnEmailVerification(values: {
    token: string | null;
    clientAddress?: string | null;
    data?: Json | null;
    code?: boolean;
  }): Promise<Ok | Refused<'refused'> | Throttled>;

  /** client: have a token sent to a key, if there is one, with which its password can be set; answers ok or throttled. */
  requestPasswordReset(values: {
    providerId: string;
    providerUserId: string;
    clientAddress?: string | null;
    data?: Json | null;
  }): Promise<Ok | Throttled>;

  /** client: have a token sent to an address, with which its owner can sign up, or a notice if it is somebody's; answers ok or throttled. */
  requestSignUp(values: {
    providerId: string;
    providerUserId: string;
    clientAddress?: string | null;
    data?: Json | null;
    code?: boolean;
  }): Promise<Ok | Throttled>;

  /** identity: true where enough was proven by whoever acts, an error where not. */
  require(values: {
    level: number;
    maxAge?: number | string | null;
  }): Promise<boolean>;

  /** admin: encrypt with the first key of the file what was encrypted with another, at most so many rows. */
  reseal(values?: {
    batchSize?: number;
  }): Promise<number>;

  /** admin: forget the failed attempts of an address. */
  resetClientThrottle(values: {
    clientAddress: string;
  }): Promise<void>;

  /** admin: forget the failed attempts against a key. */
  resetKeyThrottle(values: {
    providerId: string;
    providerUserId: string;
  }): Promise<void>;

  /** client: use a token to set the password of its user, and end all sessions; answers ok or refused. */
  resetPassword(values: {
    token: string | null;
    newPassword: string;
  }): Promise<ResetPasswordResult | Refused<'refused'>>;

  /** client: end the family of a refresh token, spent or not, and its session. */
  revokeRefreshToken(values: {
    refreshToken: string | null;
  }): Promise<boolean>;

  /** service: end the families of refresh tokens of a user, and their sessions. */
  revokeUserRefreshTokens(values: {
    userId: string;
  }): Promise<number>;

  /** client: spend a refresh token for a new one and a new token of its session; answers ok, refused or reused. */
  rotateRefreshToken(values: {
    refreshToken: string | null;
    clientAddress?: string | null;
  }): Promise<RefreshResult | Refused<'refused' | 'reused'>>;

  /** client: the id of the session that a token is of. */
  sessionId(values: {
    token: string | null;
  }): Promise<string>;

  /** client: have the user of a session act until the transaction ends; false: nobody does. */
  setSession(values: {
    token: string | null;
  }): Promise<boolean>;

  /** client: auth_set_session() by the token in the request that PostgREST passes on. */
  setSessionFromRequest(values?: {
    cookie?: string;
    header?: string;
  }): Promise<boolean>;

  /** admin: make the tables of auth, owned by the caller, or bring them up to date. */
  setup(): Promise<void>;

  /** client: check a password and make a session; answers ok, refused, throttled or second_factor. */
  signIn(values: {
    providerId: string;
    providerUserId: string;
    password: string;
    clientAddress?: string | null;
    sessionAttributes?: Json;
    activePeriod?: number | string | null;
    idlePeriod?: number | string | null;
    lifetime?: number | string | null;
    deviceToken?: string | null;
  }): Promise<SignInResult | Refused<'refused'> | SecondFactor | Throttled>;

  /** client: use a token to make a session; answers ok, refused, taken or second_factor. */
  signInWithToken(values: {
    token: string | null;
    sessionToken?: string | null;
    browserToken?: string | null;
    clientAddress?: string | null;
    userAttributes?: Json;
    sessionAttributes?: Json;
    activePeriod?: number | string | null;
    idlePeriod?: number | string | null;
    lifetime?: number | string | null;
    deviceToken?: string | null;
  }): Promise<SignInResult | Refused<'refused' | 'taken'> | SecondFactor>;

  /** client: end the session of a token. */
  signOut(values: {
    token: string | null;
  }): Promise<boolean>;

  /** client: use a token that was sent to an address to make its user, with a session; answers ok, refused or taken. */
  signUp(values: {
    token: string | null;
    password?: string | null;
    clientAddress?: string | null;
    userAttributes?: Json;
    sessionAttributes?: Json;
    activePeriod?: number | string | null;
    idlePeriod?: number | string | null;
    lifetime?: number | string | null;
  }): Promise<SignInResult | Refused<'refused' | 'taken'>>;

  /** client: use a code that was sent to an address to make its user, with a session; answers ok, refused or taken. */
  signUpWithCode(values: {
    providerId: string;
    providerUserId: string;
    code: string;
    password?: string | null;
    clientAddress?: string | null;
    userAttributes?: Json;
    sessionAttributes?: Json;
    activePeriod?: number | string | null;
    idlePeriod?: number | string | null;
    lifetime?: number | string | null;
  }): Promise<SignInResult | Refused<'refused' | 'taken'>>;

  /** worker: take messages that are to be sent, for the time of the lease, which nobody else is taking. */
  takeOutbox(values?: {
    maxRows?: number;
    purposes?: string[] | null;
    lease?: number | string;
  }): Promise<Outbox[]>;

  /** service: rename a key. */
  updateKeyIdentifier(values: {
    providerId: string;
    providerUserId: string;
    newProviderId: string;
    newProviderUserId: string;
  }): Promise<Key>;

  /** service: set the password of a key and end the other sessions of its user. */
  updateKeyPassword(values: {
    providerId: string;
    providerUserId: string;
    password: string;
    exceptSession?: string | null;
  }): Promise<Key>;

  /** client: write attributes of the user of a token that clients may write; answers ok or refused. */
  updateOwnAttributes(values: {
    token: string | null;
    userAttributes: Json;
  }): Promise<Ok | Refused<'refused'>>;

  /** service: write some of the attributes of a session. */
  updateSessionAttributes(values: {
    sessionId: string;
    sessionAttributes: Json;
  }): Promise<Session>;

  /** service: write some of the attributes of a user. */
  updateUserAttributes(values: {
    userId: string;
    userAttributes: Json;
  }): Promise<User>;

  /** service: set the password of a user and end its other sessions. */
  updateUserPassword(values: {
    userId: string;
    password: string;
    exceptSession?: string | null;
  }): Promise<User>;

  /** service: rename the key of a user that has one of this provider, or only one. */
  updateUserProviderId(values: {
    userId: string;
    providerId: string;
    providerUserId: string;
  }): Promise<User>;

  /** service: use up a one-time code of a user or an address; no row: it is not the one, or dead. */
  useCode(values: {
    purpose: string;
    code: string;
    userId?: string | null;
    address?: string | null;
  }): Promise<Token | null>;

  /** service: check the password of a key, with an error when it is wrong. */
  useKey(values: {
    providerId: string;
    providerUserId: string;
    password?: string | null;
  }): Promise<Key>;

  /** service: use up a one-time token; no row: there is none. */
  useToken(values: {
    purpose: string;
    token: string | null;
  }): Promise<Token | null>;

  /** identity: an attribute of the user who acts; NULL: nobody. */
  userAttribute(values: {
    name: string | null;
  }): Promise<any | null>;

  /** identity: an attribute of the user who acts, as text; NULL: nobody. */
  userAttributeText(values: {
    name: string | null;
  }): Promise<string | null>;

  /** identity: the id of the user who acts; NULL: nobody. */
  userId(): Promise<string | null>;

  /** identity: the id of the user who acts as a uuid; NULL where it is none. */
  userUuid(): Promise<string | null>;

  /** client: get the living session of a token, renewed if it was idle. */
  validateSession(values: {
    token: string | null;
  }): Promise<Session | null>;

  /** client: use a token that was sent to an address: its key is proven; answers ok or refused. */
  verifyEmail(values: {
    token: string | null;
    sessionToken?: string | null;
  }): Promise<VerifyEmailResult | Refused<'refused'>>;

  /** client: use a code that was sent to an address of the user of a token: its key is proven; answers ok or refused. */
  verifyOwnEmailWithCode(values: {
    token: string | null;
    code: string;
  }): Promise<VerifyOwnEmailWithCodeResult | Refused<'refused'>>;

  /** service: tell whether a password is the one that was hashed. */
  verifyPasswordHash(values: {
    hashedPassword: string;
    password: string;
  }): Promise<boolean>;
}
