export { authError, createAuth } from './auth.js';
export { AuthError } from './error.js';
export * from './error_classes.js';
export { DeviceCookie, SessionCookie, bearerToken, isAllowedOrigin, retryAfter } from './http.js';
