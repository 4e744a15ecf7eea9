# shellcheck shell=bash
#
# Shared by test/run and test/lint: packages, the build, and a throwaway
# cluster of an unprivileged user.
#
# PG_CONFIG names the server to build for; without it, Debian's default.

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "root or sudo is needed for: $*" >&2
        exit 1
    fi
}

# A mirror may be out of reach, or in the midst of a change, for a moment.
patiently() {
    "$@" || { sleep 15 && "$@"; } || { sleep 60 && "$@"; }
}

apt_get() {
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
        -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@"
}

update_and_install() {
    apt_get update
    apt_get --no-install-recommends install "$@"
}

# need_packages PACKAGE...: install those that are missing.
need_packages() {
    local missing=()
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null |
            grep -qx installed || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    if ! command -v apt-get >/dev/null; then
        echo "please install: ${missing[*]}" >&2
        exit 1
    fi
    echo "installing ${missing[*]}"
    patiently update_and_install "${missing[@]}"
}

# The client libraries of docs/examples and JDBC, and what reads their QR codes and
# checks the types of the client packages, after make_workdir.  Debian's node-pg goes with Debian's
# nodejs; for another one npm gets it, into WORKDIR.  Where neither can, what
# needs it is skipped, and that is said.
need_clients() {
    need_packages python3 python3-psycopg python3-segno python3-zbar python3-mypy libpostgresql-jdbc-java
    command -v javac >/dev/null || need_packages default-jdk-headless
    command -v node >/dev/null || need_packages nodejs
    export NODE_PATH=/usr/share/nodejs:$WORKDIR/node_modules
    command -v tsc >/dev/null || need_packages node-typescript
    node -e 'require("pg"), require("qrcode-generator")' 2>/dev/null && return
    if apt-get -s install node-pg >/dev/null 2>&1; then
        need_packages node-pg node-qrcode-generator
    else
        quietly npm install --silent --fetch-retries=1 \
            --fetch-timeout=20000 --prefix "$WORKDIR" pg qrcode-generator ||
            export AUTH_WITHOUT_NODE=1
        own_workdir
    fi
}

# Another extension, of which a page has an example, for the server of
# PG_CONFIG.  Where there is none, that example is skipped, and that is said.
need_plproxy() {
    local package
    package=postgresql-$("$PG_CONFIG" --version |
        sed 's/^PostgreSQL \([0-9]*\).*/\1/')-plproxy
    if apt-get -s install "$package" >/dev/null 2>&1; then
        need_packages "$package"
    else
        export AUTH_WITHOUT_PLPROXY=1
    fi
}

# The output is shown when the command fails.
quietly() {
    local output
    output=$("$@" 2>&1) || {
        echo "$output" >&2
        return 1
    }
}

debian_version() {
    apt-cache show postgresql |
        sed -n 's/^Version: \([0-9]*\).*/\1/p' | head -n 1
}

# Set PG_CONFIG, installing the server and its headers where they are missing.
need_server() {
    need_packages gcc make pkg-config libsodium-dev libcrypt-dev libssl-dev
    if [ "${PG_CONFIG:-pg_config}" = pg_config ]; then
        apt-cache show postgresql >/dev/null 2>&1 ||
            patiently apt_get update
        local version
        version=$(debian_version)
        need_packages "postgresql-$version" "postgresql-server-dev-$version"
        PG_CONFIG=/usr/lib/postgresql/$version/bin/pg_config
    fi
    use_server "$PG_CONFIG"
}

use_server() {
    export PG_CONFIG=$1
    BINDIR=$("$PG_CONFIG" --bindir)
    PGXS_TREE=$(dirname "$("$PG_CONFIG" --pgxs)")/../..
    PGXS_TREE=$(cd "$PGXS_TREE" && pwd)
}

build() {
    "${MAKE:-make}" -s -j"$(nproc)" PG_CONFIG="$PG_CONFIG" all
}

install_extension() {
    as_root "${MAKE:-make}" -s PG_CONFIG="$PG_CONFIG" install
}

# The servers refuse to run as root.
unprivileged() {
    if [ "$(id -u)" -eq 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

# Go to a copy of the tree, in a directory of the unprivileged user.
make_workdir() {
    WORKDIR=$(mktemp -d "${TMPDIR:-/tmp}/auth.XXXXXX")
    trap remove_workdir EXIT
    mkdir "$WORKDIR/tree"
    tar -c --exclude=.git . | tar -x -C "$WORKDIR/tree"
    cd "$WORKDIR/tree" || exit
    own_workdir
}

own_workdir() {
    [ "$(id -u)" -ne 0 ] || chown -R postgres "$WORKDIR"
}

# A copy of the server in WORKDIR, so that nothing is installed into the one
# that others use: a server finds its files from where its program lies.
copy_server() {
    local directory
    for directory in $("$PG_CONFIG" --bindir --pkglibdir --sharedir); do
        mkdir -p "$WORKDIR/server$directory"
        cp -a "$directory/." "$WORKDIR/server$directory/"
    done
    mkdir -p "$WORKDIR/server$(dirname "$("$PG_CONFIG" --includedir)")"
    ln -s "$("$PG_CONFIG" --includedir)" \
        "$WORKDIR/server$("$PG_CONFIG" --includedir)"
    use_server "$WORKDIR/server$BINDIR/pg_config"
    own_workdir
}

# install_anew [VARIABLE...]: into that copy, from nothing, as what has been built
# may be for another server.
install_anew() {
    unprivileged "${MAKE:-make}" -s PG_CONFIG="$PG_CONFIG" clean &&
        unprivileged "${MAKE:-make}" -s -j"$(nproc)" PG_CONFIG="$PG_CONFIG" \
            "$@" install
}

remove_workdir() {
    stop_cluster
    cd /
    rm -rf "$WORKDIR"
}

# start_cluster [SETTING...]: with a socket in WORKDIR and no other address.
start_cluster() {
    export PGHOST=$WORKDIR PGPORT=54321 PGUSER=postgres
    unprivileged "$BINDIR/initdb" -D "$WORKDIR/data" -U postgres -A trust \
        -E UTF8 --locale=C.UTF-8 >/dev/null
    {
        printf '%s\n' "listen_addresses = ''" "port = $PGPORT" \
            "unix_socket_directories = '$WORKDIR'" "fsync = off" "$@"
    } | unprivileged tee -a "$WORKDIR/data/postgresql.conf" >/dev/null
    resume_cluster
}

resume_cluster() {
    unprivileged "$BINDIR/pg_ctl" -D "$WORKDIR/data" -l "$WORKDIR/log" -w \
        start >/dev/null
}

stop_cluster() {
    if [ -e "$WORKDIR/data/postmaster.pid" ]; then
        unprivileged "$BINDIR/pg_ctl" -D "$WORKDIR/data" -m fast stop \
            >/dev/null
    fi
}
