// Sends requests to a GraphQL server, all at once: reads a line each, of a cookie, a
// tab and the query, and tells the answers in the same order.
"use strict";

const { readFileSync } = require("fs");

async function ask(line) {
    const [cookie, query] = line.split("\t");
    const response = await fetch(process.argv[2], {
        method: "POST",
        headers: { "content-type": "application/json", cookie },
        body: JSON.stringify({ query }),
    });
    const { data, errors } = await response.json();
    return JSON.stringify(errors ? errors.map(({ message }) => message) : data);
}

Promise.all(readFileSync(0, "utf8").trimEnd().split("\n").map(ask)).then((answers) => console.log(answers.join("\n")));
