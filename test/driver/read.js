// Reads calls (a line each: name, tab, statement) and tells of each how many rows
// node-postgres made of the answer, or what stopped it.  Nothing is committed.
"use strict";

const { readFileSync } = require("fs");
const { Client } = require("pg");

const TIMESTAMPTZ = 1184;

// The driver has an answer for every value, if not always one of the type.
function check({ fields, rows }) {
    for (const { name, dataTypeID } of fields)
        for (const { [name]: value } of rows)
            if (dataTypeID === TIMESTAMPTZ && value !== null && !Number.isFinite(value.valueOf()))
                throw new Error(`${name} is ${value}`);
    return `${rows.length} rows`;
}

async function main() {
    const client = new Client({ connectionString: process.argv[2] });

    await client.connect();
    for (const line of readFileSync(0, "utf8").trim().split("\n")) {
        const [name, statement] = line.split("\t");
        await client.query("BEGIN");
        const answer = await client.query(statement).then(check).catch((error) => String(error));
        console.log(`${name}\t${answer.split("\n")[0]}`);
        await client.query("ROLLBACK");
    }
    await client.end();
}

main();
