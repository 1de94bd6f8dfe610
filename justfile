# The tasks of a working day. Each runs the command that the README or .ci/run uses.

# What there is.
default:
    @just --list --unsorted

# The tests, on PostgreSQL too where its programs are installed; with a name, those whose path holds it.
test *NAME:
    cargo test {{ NAME }}

# Whether everything compiles, tests and benchmark too.
check:
    cargo check --workspace --all-targets

# Format every file.
fmt:
    cargo fmt --all

# The lints, as strict as they are before a change is taken.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps

# Write what is generated and committed anew: the OpenAPI document, the URL table, the statements.
openapi:
    cargo build
    cargo run -- openapi > openapi/openapi.json
    cargo run -- routes > docs/routes.txt
    cargo run -- statements > docs/statements.sql

# Write the document's examples anew: what a tour of the tests is answered.
examples:
    WRITE_EXAMPLES=1 cargo test --test api the_examples_are_what_is_answered::sqlite
    just openapi

# Write the committed list of SQL statements anew.
statements:
    cargo build
    cargo run -- statements > docs/statements.sql

# A slice with its table, operations, events and tests: `just new-slice offers offer`.
new-slice PLURAL SINGULAR:
    tools/new-slice {{ PLURAL }} {{ SINGULAR }}

# Take Scalar, which shows the document, anew from npm: the newest version, or the one that is named.
scalar *VERSION:
    tools/vendor-scalar {{ VERSION }}

# What other people's programs make of the document: lints, and clients that compile.
foreign:
    npx --yes @redocly/cli@2.77.0 lint --extends recommended openapi/openapi.json
    examples/sdk/run
    examples/sdk/foreign
    cd examples/typescript && npm ci --no-audit --no-fund && npm run generate && npm run build

# CPU time per request, on both databases; builds what is run in earnest (profile `dist`).
bench:
    cargo bench --bench http

# Everything that must hold before a change is taken.
ci:
    .ci/run

# Lines of code per folder of src: without tests, comments and blank lines.
count:
    #!/usr/bin/env bash
    set -euo pipefail
    find src -name '*.rs' ! -name 'tests.rs' ! -path '*/tests/*' -print0 | sort -z | xargs -0 awk '
        FNR == 1 { folder = FILENAME; if (sub(/^src\//, "", folder) && !sub(/\/.*/, "", folder)) folder = "(top)"; tests = 0; test_item = 0 }
        tests { next }
        test_item { test_item = 0; if (/mod .*\{$/) tests = 1; next }
        /^#\[cfg\(test\)\]/ { test_item = 1; next }
        /^[[:space:]]*(\/\/|$)/ { next }
        { lines[folder]++; sum++ }
        END { for (folder in lines) printf "%6d  %s\n", lines[folder], folder; printf "%6d  in all\n", sum }' | sort -k1,1nr
