import * as auth from './auth.mjs';
import * as betterAuth from './better_auth.mjs';
import * as lucia from './lucia.mjs';
import * as nothing from './nothing.mjs';

export const systems = { nothing, auth, Lucia: lucia, 'Better Auth': betterAuth };
