// Who acts in pipelines of node-postgres, which sends statements before the answers
// to those before have come, if it is a version that can.  A line each: the case,
// whether a session was set, who acts then, and how many rows they see.
"use strict";

const { Client } = require("pg");

const SET = { name: "set", text: "SELECT auth_set_session($1)", values: ["of ada"], rowMode: "array" };
const READ = { text: "SELECT auth_user_id(), count(*) FROM note", rowMode: "array" };

async function main() {
    const client = new Client({ connectionString: process.argv[2], pipeline: true });
    const send = (...statements) => Promise.all(statements.map((statement) => client.query(statement)));
    const tell = (name, ...answers) =>
        console.log(name, ...answers.flatMap(({ rows }) => rows.flat()).map((value) => value ?? "-"));

    await client.connect();
    tell("transaction:", ...(await send("BEGIN", SET, READ, "COMMIT")));
    tell("no transaction, each by itself:", ...(await send(SET, READ)));
    await send("BEGIN", SET, "SELECT 1 / 0").catch(({ code }) => console.log("error:", code));
    await client.query("COMMIT");
    tell("after it:", await client.query(READ));
    console.log("pipelined:", client.pipeline ?? false);
    await client.end();
}

main();
