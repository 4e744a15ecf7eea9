// measure.mjs OPERATION CONNECTIONS CALLS ROUNDS: a line "name round
// microseconds" for each system in each round.
import { systems } from './systems.mjs';

const USERS = 10000;
const SESSIONS = 100000;
const SIGN_INS = 20;
const PASSWORD = 'correct horse battery';

const number = (last) => Math.floor(Math.random() * last) + 1;
const email = (name) => `${name}@example.com`;
let signUps = 0;

// Each is one call, whose answer has to be something.
const operations = {
    validate: (system) => system.validate(String(number(SESSIONS)).padStart(32, 't')),
    create: (system) => system.create(String(number(USERS)).padStart(15, 'u')),
    sign_up: (system) => system.signUp(email(`new${process.pid}x${++signUps}`), PASSWORD),
    sign_in: (system) => system.signIn(email(`user${number(SIGN_INS)}`), PASSWORD),
};

async function loop(operation, system, calls) {
    for (let i = 0; i < calls; i++) {
        const result = await operation(system);

        if (!result) throw new Error(`a call had the result ${result}`);
    }
}

// Microseconds a call, of all connections together.
async function measure(operation, system, connections, calls) {
    const start = process.hrtime.bigint();

    await Promise.all(
        Array.from({ length: connections }, () => loop(operation, system, calls / connections)),
    );
    return Number(process.hrtime.bigint() - start) / 1000 / calls;
}

const [name, ...numbers] = process.argv.slice(2);
const [connections, calls, rounds] = numbers.map(Number);
const opened = Object.entries(systems)
    .filter(([, system]) => name === 'validate' || !system.onlyValidates)
    .map(([label, { open }]) => [label, open(connections)]);

// Those who sign in have signed up with the same system.
if (name === 'sign_in') {
    for (const [, system] of opened) {
        for (let i = 1; i <= SIGN_INS; i++) await system.signUp(email(`user${i}`), PASSWORD);
    }
}
for (let round = 0; round <= rounds; round++) {
    for (const [label, system] of opened) {
        const time = await measure(operations[name], system, connections, calls);

        console.log(`${label}\t${round}\t${time}`);
    }
}
for (const [, system] of opened) await system.close();
