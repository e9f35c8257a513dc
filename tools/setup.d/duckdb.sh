# DuckDB's C library and header, from two packages of the npm registry (docs/decisions/0002-set-up-and-gates.md).

# duckdb_install: fills .deps/duckdb with duckdb.h, libduckdb.so and their licence.
duckdb_install() {
    library=duckdb-$(uname -m)
    if pins_are_current .deps/duckdb duckdb-header "$library" && [ -f .deps/duckdb/LICENSE ]; then
        return
    fi
    new=$(folder_begin duckdb)
    archive_unpack duckdb-header "$new" package/src/duckdb/src/include/duckdb.h package/LICENSE
    archive_unpack "$library" "$new" package/libduckdb.so
    folder_finish "$new" duckdb
}
