// A GraphQL API of the schema "api" whose requests act as the user of their session,
// for row security.  PGHOST, PGUSER and so on say where the database is.
import { createServer } from "node:http";
import { createWithPgClient, makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { postgraphile } from "postgraphile";
import { grafserv } from "postgraphile/grafserv/node";

const SET_SESSION = { name: "auth_set_session", text: "SELECT auth_set_session($1)" };

// The adaptor of PostGraphile can only set settings.  With this one "auth.token" among
// them, which becomes no setting, is the session that is set first in each transaction.
const adaptor = {
    makePgService,
    createWithPgClient(options, variant) {
        const inner = createWithPgClient(options, variant);
        const outer = (pgSettings, callback) => {
            const { "auth.token": token, ...settings } = pgSettings ?? {};
            if (token === undefined)
                return inner(pgSettings, callback);
            // Where there is a setting there is a transaction.
            return inner({ role: "web", ...settings }, async (client) => {
                await client.query({ ...SET_SESSION, values: [token] });
                return callback(client);
            });
        };
        outer.release = inner.release;
        return outer;
    },
};

function sessionCookie({ headers }) {
    const pair = (headers.cookie ?? "").split("; ").find((one) => one.startsWith("session="));
    return pair?.slice("session=".length) ?? null;
}

const instance = postgraphile({
    extends: [PostGraphileAmberPreset],
    pgServices: [{ ...makePgService({ schemas: ["api"] }), adaptor }],
    grafast: {
        context: ({ node }) => ({ pgSettings: { "auth.token": sessionCookie(node.req) } }),
    },
});
const server = createServer();

await instance.createServ(grafserv).addTo(server);
server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () =>
    console.log(`listening on http://127.0.0.1:${server.address().port}/graphql`));
process.on("SIGTERM", () => server.close(() => instance.release()));
