// Better Auth, called on the server's side.
import { createHmac } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { connect } from './pool.mjs';

const secret = 'Ohgh6ahwae4Johngoo1Wiex5eiSh7ohm';

function options(pool) {
    return {
        database: pool,
        secret,
        baseURL: 'http://localhost',
        emailAndPassword: { enabled: true },
        user: {
            additionalFields: {
                username: { type: 'string', required: false },
                visits: { type: 'number', required: false },
            },
        },
        session: { additionalFields: { device: { type: 'string', required: false } } },
        telemetry: { enabled: false },
    };
}

// Its own tables and indexes.
export async function migrate() {
    const pool = connect(1, 'better_auth');

    await (await getMigrations(options(pool))).runMigrations();
    await pool.end();
}

// The cookie that a browser would send: the token, signed.
function cookie(token) {
    const signature = createHmac('sha256', secret).update(token).digest('base64');

    return `better-auth.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
}

export function open(connections) {
    const pool = connect(connections, 'better_auth');
    const auth = betterAuth(options(pool));

    return {
        close: () => pool.end(),
        validate: (token) =>
            auth.api.getSession({ headers: new Headers({ cookie: cookie(token) }) }),
        create: async (user) =>
            (await (await auth.$context).internalAdapter.createSession(user)).token,
        signUp: async (email, password) =>
            (await auth.api.signUpEmail({ body: { email, password, name: 'user' } })).token,
        signIn: async (email, password) =>
            (await auth.api.signInEmail({ body: { email, password } })).token,
    };
}
