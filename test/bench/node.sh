# shellcheck shell=bash
#
# For benchmarks that compare with libraries for Node: the systems of
# test/bench/node, with their tables and the same users and sessions, in the
# cluster that lib.sh has started.

# The libraries, into DIRECTORY/node_modules.
get_libraries() {
    command -v npm >/dev/null || need_packages nodejs npm
    cp test/bench/node/package.json "$1"
    quietly npm install --silent --no-audit --no-fund --prefix "$1" || {
        echo "npm could not install Lucia and Better Auth" >&2
        return 1
    }
}

# test/bench/run gets the libraries once, into NODE_LIBRARIES.
start_node() {
    local libraries=${NODE_LIBRARIES-}
    if [ -z "$libraries" ]; then
        libraries=$WORKDIR/libraries
        mkdir "$libraries"
        get_libraries "$libraries"
    fi
    ln -s "$libraries/node_modules" test/bench/node/node_modules
    own_workdir
    unprivileged node test/bench/node/prepare.mjs
    run_sql -f test/bench/node.sql
}

# from_node OPERATION CONNECTIONS CALLS ROUNDS
from_node() {
    unprivileged node test/bench/node/measure.mjs "$@" |
        run_sql -c 'COPY result FROM STDIN'
}
