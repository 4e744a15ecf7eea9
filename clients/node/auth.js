// The functions of auth as methods, over node-postgres.
import { AuthError } from './error.js';
import { errorClasses } from './error_classes.js';
import { functions } from './functions.js';

const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

const toObject = (row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [camel(name), value]));

// Hours, minutes and seconds: no interval that is returned has days.
const toSeconds = (text) => text.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0);

const toDate = (text) => new Date(text.replace(' ', 'T').replace(/[+-]\d\d$/, '$&:00'));

// By the OID of the type, whatever the application has its own values parsed by.  Arrays are of words.
const parsers = {
  16: (text) => text === 't', // boolean
  20: Number, // bigint
  21: Number, // smallint
  23: Number, // integer
  701: Number, // double precision
  1009: (text) => text.match(/[^{},]+/g) ?? [], // text[]
  1184: toDate, // timestamptz
  1186: toSeconds, // interval
  3802: JSON.parse, // jsonb
};
const types = { getTypeParser: (oid) => parsers[oid] ?? String };

const results = {
  void: () => undefined,
  value: ([row]) => row.value,
  row: ([row]) => toObject(row),
  optional: ([row]) => (row === undefined ? null : toObject(row)),
  rows: (rows) => rows.map(toObject),
};

// Only names that the function has get into the statement, and all values are bound.  What may be left
// out has the function's own default when it is.
function statement(schema, { name, kind, required, optional }, values) {
  const parameters = new Map([...required, ...optional].map((parameter) => [camel(parameter), parameter]));
  const unknown = Object.keys(values).find((key) => !parameters.has(key));
  if (unknown !== undefined) throw new TypeError(`${name} has no argument "${unknown}"`);
  const given = [...parameters].filter(([key, parameter]) => required.includes(parameter) || values[key] !== undefined);
  const prefix = schema === undefined ? '' : `"${schema.replaceAll('"', '""')}".`;
  const call = `${prefix}${name}(${given.map(([, parameter], i) => `${parameter} => $${i + 1}`).join(', ')})`;
  return {
    text: kind === 'value' || kind === 'void' ? `SELECT ${call} AS value` : `SELECT * FROM ${call}`,
    values: given.map(([key]) => values[key] ?? null),
    types,
  };
}

// What the extension has raised, by its class; others as they are.
export function authError(error) {
  const known = !(error instanceof AuthError) && Object.hasOwn(errorClasses, error?.code ?? '');
  return known ? new errorClasses[error.code](error) : error;
}

// All at once where the connection pipelines; where it does not, pg wants one to have ended before the next.
async function perform(client, steps) {
  if (client.pipeline) return Promise.all(steps.map((step) => step()));
  const answers = [];
  for (const step of steps) answers.push(await step());
  return answers;
}

// The work may leave something running, which is not to go on as whoever has the client next.
async function lend(client, work) {
  let over = false;
  const guarded = (method) => (...values) => {
    if (over) throw new Error('the transaction of the session is over');
    return method.apply(client, values);
  };
  const get = (_, name) => (typeof client[name] === 'function' ? guarded(client[name]) : client[name]);
  try {
    return await work(new Proxy(client, { get }));
  } finally {
    over = true;
  }
}

// PostgreSQL answers COMMIT with ROLLBACK, and no error, after a statement that has failed.
async function commit(client) {
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new Error('nothing was committed, as a statement of the transaction had failed');
}

class Auth {
  #db;
  #options;

  constructor(db, options = {}) {
    this.#db = db;
    this.#options = options;
  }

  async #call(definition, values = {}) {
    try {
      const { rows } = await this.#db.query(statement(this.#options.schema, definition, values));
      return results[definition.kind](rows);
    } catch (error) {
      throw authError(error);
    }
  }

  static {
    for (const [method, definition] of Object.entries(functions))
      this.prototype[method] = function (values) {
        return this.#call(definition, values);
      };
  }

  // BEGIN and who it is go out together, in one round trip where the pool pipelines.  Validated first: that
  // is what says whether it has renewed the session.
  async withSession(token, work, { level = 0, maxAge, anonymous = false } = {}) {
    const client = await this.#db.connect();
    const auth = new Auth(client, this.#options);
    let lost;
    const lose = (reason) => (lost = reason);
    client.on('error', lose); // which ends the process where nobody listens
    try {
      const [, session, acts] = await perform(client, [
        () => client.query('BEGIN'),
        () => auth.validateSession({ token }),
        () => auth.setSession({ token }),
        () => anonymous || auth.require({ level, maxAge }),
      ]);
      const result = await lend(client, (lent) => work(lent, acts ? session : null, new Auth(lent, this.#options)));
      await commit(client);
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(lose);
      throw authError(error);
    } finally {
      client.off('error', lose);
      client.release(lost);
    }
  }
}

export const createAuth = (db, options) => new Auth(db, options);
