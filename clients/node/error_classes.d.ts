// Made by "make clients" of the catalog.
import { AuthError } from './index.js';

/** UA001 AUTH_INVALID_USER_ID: there is no such user. */
export class InvalidUserIdError extends AuthError {}

/** UA002 AUTH_INVALID_KEY_ID: there is no such key, or it is not clear which one is meant. */
export class InvalidKeyIdError extends AuthError {}

/** UA003 AUTH_DUPLICATE_KEY_ID: the key exists. */
export class DuplicateKeyIdError extends AuthError {}

/** UA004 AUTH_INVALID_PASSWORD: the password does not match. */
export class InvalidPasswordError extends AuthError {}

/** UA005 AUTH_INVALID_SESSION_ID: there is no such living session. */
export class InvalidSessionIdError extends AuthError {}

/** UA006 AUTH_DUPLICATE_USER_ID: the user id exists. */
export class DuplicateUserIdError extends AuthError {}

/** UA007 AUTH_OUTDATED_PASSWORD: the stored hash is of no kind that can be verified. */
export class OutdatedPasswordError extends AuthError {}

/** UA008 AUTH_INVALID_ATTRIBUTE: a name is no attribute, one that cannot be written, or one that is not listed for clients. */
export class InvalidAttributeError extends AuthError {}

/** UA010 AUTH_THROTTLED: too many failed attempts; too many sign-ups from an address; too many passwords are being hashed: neither a right nor a wrong password. */
export class ThrottledError extends AuthError {}

/** UA011 AUTH_WEAK_PASSWORD: the new password is too short, too long, or easy to guess. */
export class WeakPasswordError extends AuthError {}

/** UA012 AUTH_NOT_SET_UP: the tables are missing, damaged, or of another layout. */
export class NotSetUpError extends AuthError {}

/** UA013 AUTH_USER_DISABLED: the user is disabled. */
export class UserDisabledError extends AuthError {}

/** UA014 AUTH_NOT_AUTHENTICATED: nobody acts in the transaction. */
export class NotAuthenticatedError extends AuthError {}

/** UA015 AUTH_REAUTHENTICATE: the session has not proven enough, or too long ago. */
export class ReauthenticateError extends AuthError {}

/** UA016 AUTH_INVALID_FACTOR_ID: the user has no such second factor. */
export class InvalidFactorIdError extends AuthError {}

/** UA017 AUTH_PROVIDER_NOT_ALLOWED: the provider is not listed for clients, whether there is such a key or not. */
export class ProviderNotAllowedError extends AuthError {}
