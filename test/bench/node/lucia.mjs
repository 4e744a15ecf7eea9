// Lucia 2 with its PostgreSQL adapter.
import { pg as adapter } from '@lucia-auth/adapter-postgresql';
import { lucia } from 'lucia';
import { connect } from './pool.mjs';

const tables = {
    user: 'lucia.auth_user',
    key: 'lucia.user_key',
    session: 'lucia.user_session',
};

export function open(connections) {
    const pool = connect(connections);
    const auth = lucia({
        adapter: adapter(pool, tables),
        env: 'PROD',
        getUserAttributes: ({ username, visits }) => ({ username, visits }),
        getSessionAttributes: ({ device }) => ({ device }),
    });
    const createSession = (userId) => auth.createSession({ userId, attributes: {} });

    return {
        close: () => pool.end(),
        validate: (token) => auth.validateSession(token),
        create: async (user) => (await createSession(user)).sessionId,
        signUp: async (email, password) => {
            const key = { providerId: 'email', providerUserId: email, password };
            const user = await auth.createUser({ key, attributes: {} });
            return (await createSession(user.userId)).sessionId;
        },
        signIn: async (email, password) => {
            const key = await auth.useKey('email', email, password);
            return (await createSession(key.userId)).sessionId;
        },
    };
}
