export { authError, createAuth } from './auth.js';
export { AuthError } from './error.js';
export * from './error_classes.js';
export { SessionCookie, bearerToken, isAllowedOrigin, retryAfter } from './http.js';
