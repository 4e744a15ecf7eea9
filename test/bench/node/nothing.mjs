// A statement with nothing to do: what the driver and the way take.
import { connect } from './pool.mjs';

export const onlyValidates = true;

export function open(connections) {
    const pool = connect(connections);

    return {
        close: () => pool.end(),
        validate: (token) =>
            pool.query({ name: 'nothing', text: 'SELECT $1::text AS token', values: [token] }),
    };
}
