# shellcheck shell=bash
#
# For test/lint: the laws of docs/development.md that a script can check.  Each
# function prints what breaks one, and fails then.

ROOMS=$(sed -n '/^ROOMS = /,/[^\\]$/ { s/^ROOMS = //; s/\\$//; p }' Makefile |
    tr -s ' \t\n' ' ')
ROOMS=${ROOMS% }

nothing() {
    ! grep .
}

# A room includes headers of its own and of the rooms before it.
rooms_lead_down() {
    local room allowed=''
    for room in $ROOMS; do
        allowed="$allowed|$room"
        grep -HE "^#include \"(${ROOMS// /|})/" "src/$room"/*.[ch] |
            grep -vE "\"(${allowed#|})/" || true
    done | nothing
}

# Nor do files within a room, a header with the .c of its name, include each other
# in a circle, which tsort names.
files_lead_down() {
    local room status=0
    for room in $ROOMS; do
        { grep -oE "^#include \"$room/\w+" "src/$room"/*.[ch] || true; } |
            sed -E "s/^.*\/(\w+)\.[ch]:.*\/(\w+)$/\1 \2/" |
            tsort >/dev/null || status=1
    done
    return "$status"
}

# Every directory is a room, and every room has its line.
rooms_are_described() {
    local room
    for room in src/*/; do
        room=$(basename "$room")
        [ "$room" = upgrade ] && continue
        [[ " $ROOMS " == *" $room "* ]] || echo "$room is not in ROOMS"
        grep -q "^| \`src/$room\` |" docs/development.md ||
            echo "$room has no line in docs/development.md"
    done | nothing
}

names_are_unique() {
    basename -a src/*.[ch] src/*/*.[ch] | sort | uniq -d | nothing
}

# A function is declared in the .sql beside the .c that has its body.
contract_beside_body() {
    local sql name
    for sql in src/*/*.sql; do
        [ "${sql%/*}" != src/upgrade ] || continue
        sed -n "s/.*AS 'MODULE_PATHNAME', '\(.*\)';/\1/p" "$sql" |
            while read -r name; do
                grep -qsx "PG_FUNCTION_INFO_V1($name);" "${sql%%.*}.c" ||
                    echo "$sql: the body of $name is elsewhere"
            done
    done | nothing
}

# A header declares what the .c of its name defines.
header_of_its_own() {
    local header name
    for header in src/*/*.h; do
        tr -s ' \t\n' ' ' <"$header" | grep -oE 'extern [^;=]*' |
            grep -oE '\bauth_\w+( ?\(|$|\[)' | tr -d ' ([' |
            while read -r name; do
                grep -qsE "^([a-zA-Z].*[ *])?$name(\(|;| =|\[)" \
                    "${header%.h}.c" ||
                    echo "$header: $name is defined elsewhere"
            done
    done | nothing
}

# The names in a header that are not also in those of ours that it includes.
declared() {
    comm -23 <(words "$1") <(own_includes "$1" | sed 's/^/src\//' |
        xargs -r cat | words)
}

words() {
    grep -ohE '\b(auth_|Auth|AUTH_)\w+|#define \w+' "$@" | sed 's/#define //' |
        sort -u
}

own_includes() {
    sed -nE "s/^#include \"((${ROOMS// /|})\/.*\.h)\"/\1/p" "$1"
}

compiles_without() {
    local copy=${1%.*}_without.${1##*.} status=0
    grep -vF "#include \"$2\"" "$1" >"$copy"
    gcc -std=gnu99 -fsyntax-only $WARNINGS $(c_flags) -x c "$copy" 2>/dev/null ||
        status=1
    rm -f "$copy"
    return "$status"
}

# A header of ours is included for something that it declares, or else because
# it includes what is needed.  What compat.h is for depends on the server.
includes_are_needed() {
    local source header
    for source in src/*.c src/*/*.[ch]; do
        own_includes "$source" |
            while read -r header; do
                [ "$header" = server/compat.h ] ||
                    [ "src/$header" = "${source%.c}.h" ] ||
                    grep -qwFf <(declared "src/$header") "$source" ||
                    ! compiles_without "$source" "$header" ||
                    echo "$source: $header is not needed"
            done
    done | nothing
}

# Every kind of event that is recorded has its line in docs/event.md.
events_are_described() {
    local kind
    sed -nE 's/.*(\.kind = |[^a-z_]record\([^"]*)"([a-z_]+)".*/\2/p' src/*/*.c |
        sort -u |
        while read -r kind; do
            grep -q "^| .*\`$kind\`.* |" docs/event.md ||
                echo "docs/event.md does not know $kind"
        done | nothing
}

# Whoever comes in by a credential has the session made by the one door.
sessions_are_made_at_the_door() {
    local maker='auth_session_start\(|INSERT INTO auth_session|auth_assignment_begin\(AUTH_SESSION'
    { grep -nE "$maker" src/*/*.c |
        grep -vE '^src/(session/session|sign_in/door)\.c:' || true; } | nothing
}

# FILE and WORDS, a tab between: the tests that a page names in backquotes, and in
# tables, whose last column has them, what it quotes of each.  A section may begin
# by the file that is meant where none is named.
named_tests() {
    awk -v OFS='\t' '
        /^#/ { usual = "" }
        /^All in `[a-z_.]+`/ { split($0, part, "`"); usual = part[2] }
        {
            file = usual
            quotes = sub(/^\|.* \| /, "")
            while (match($0, quotes ? "`[^`]*`|\"[^\"]*\"" : "`[^`]*`")) {
                name = substr($0, RSTART + 1, RLENGTH - 2)
                quoted = substr($0, RSTART, 1) == "\""
                $0 = substr($0, RSTART + RLENGTH)
                if (quoted)
                    print file, name
                else if (name ~ /^[a-zA-Z0-9_\/.-]+\.(pl|pm|spec|sql|sh|c|js|mjs|py)$/)
                    print file = name, ""
            }
        }
    ' "$1"
}

find_test() {
    local directory
    for directory in . test/t test/specs sql test test/storm; do
        [ ! -f "$directory/$1" ] || echo "$directory/$1"
    done | head -n 1
}

# What is written in a file, in one line and without the marks of comments.
written_in() {
    sed -E 's/^[[:space:]]*(#|--|\/?\*)+ //' "$1" | tr -s '[:space:]' ' '
}

# Tests that these pages name are there, and what they quote is written in them.
named_tests_exist() {
    local page name words file
    for page in docs/asvs.md SECURITY.md test/README.md; do
        named_tests "$page" | sort -u |
            while IFS=$'\t' read -r name words; do
                file=$(find_test "$name")
                if [ -z "$file" ]; then
                    echo "$page: there is no $name"
                elif ! grep -qF -- "$words" <<<"$(written_in "$file")"; then
                    echo "$page: $file has no \"$words\""
                fi
            done
    done | nothing
}

# Every function that is written in these scripts is called in them.
checks_are_run() {
    local name
    sed -n 's/^\([a-z_]*\)() {$/\1/p' test/house.sh test/lint |
        while read -r name; do
            grep -hw "$name" test/house.sh test/lint |
                grep -qvE "^($name\(\) \{|#.*)" || echo "nothing calls $name"
        done | nothing
}
