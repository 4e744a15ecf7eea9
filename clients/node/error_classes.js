// Made by "make clients" of the catalog.
import { AuthError } from './error.js';

export class InvalidUserIdError extends AuthError {}

export class InvalidKeyIdError extends AuthError {}

export class DuplicateKeyIdError extends AuthError {}

export class InvalidPasswordError extends AuthError {}

export class InvalidSessionIdError extends AuthError {}

export class DuplicateUserIdError extends AuthError {}

export class OutdatedPasswordError extends AuthError {}

export class InvalidAttributeError extends AuthError {}

export class ThrottledError extends AuthError {}

export class WeakPasswordError extends AuthError {}

export class NotSetUpError extends AuthError {}

export class UserDisabledError extends AuthError {}

export class NotAuthenticatedError extends AuthError {}

export class ReauthenticateError extends AuthError {}

export class InvalidFactorIdError extends AuthError {}

export class ProviderNotAllowedError extends AuthError {}

export const errorClasses = {
  UA001: InvalidUserIdError,
  UA002: InvalidKeyIdError,
  UA003: DuplicateKeyIdError,
  UA004: InvalidPasswordError,
  UA005: InvalidSessionIdError,
  UA006: DuplicateUserIdError,
  UA007: OutdatedPasswordError,
  UA008: InvalidAttributeError,
  UA010: ThrottledError,
  UA011: WeakPasswordError,
  UA012: NotSetUpError,
  UA013: UserDisabledError,
  UA014: NotAuthenticatedError,
  UA015: ReauthenticateError,
  UA016: InvalidFactorIdError,
  UA017: ProviderNotAllowedError,
};
