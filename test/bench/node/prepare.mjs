// The tables that the libraries make themselves.
import { connect } from './pool.mjs';
import { migrate } from './better_auth.mjs';

const pool = connect(1);

await pool.query('CREATE SCHEMA better_auth');
await pool.end();
await migrate();
