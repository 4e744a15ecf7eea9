// The extension, called with prepared statements.
import { connect } from './pool.mjs';

export function open(connections) {
    const pool = connect(connections);

    async function call(name, text, values) {
        const { rows } = await pool.query({ name, text, values });
        return rows[0];
    }

    return {
        close: () => pool.end(),
        validate: (token) =>
            call('validate', 'SELECT * FROM auth_validate_session($1)', [token]),
        create: async (user) =>
            (await call('create', 'SELECT * FROM auth_create_session($1)', [user])).token,
        signUp: async (email, password) =>
            (await call('sign_up',
                "SELECT s.token FROM auth_create_user('email', $1, $2) u, auth_create_session(u.user_id) s",
                [email, password])).token,
        signIn: async (email, password) =>
            (await call('sign_in', "SELECT * FROM auth_sign_in('email', $1, $2)", [email, password])).token,
    };
}
