// Connections to the cluster of PGHOST and PGPORT.
import pg from 'pg';

export function connect(max, schema = 'public') {
    return new pg.Pool({ max, options: `-c search_path=${schema}` });
}
