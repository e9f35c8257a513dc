// Turns store/sql/*.sql and store/migrations/{sqlite,postgresql}/NNNN_name.sql into tables of C constants.
//
//     -- name: workspace_insert
//     -- engine: sqlite            (left out: the text serves both engines)
//     INSERT INTO workspaces (id, name) VALUES ($1, $2)
//
// A statement ends where the next name begins. Comment lines are left out of the text that is embedded. What
// the engines say in different words has a name in braces (`words`): {now_us}, {for_update}, {skip_locked}.
#include "emit.h"

#include <stdio.h>

enum { ENGINE_COUNT = 2, STATEMENTS_MAX = 4096, NAME_BYTES_MAX = 63 };

static const char *const engine_names[ENGINE_COUNT] = {"sqlite", "postgresql"};

// Microseconds since 1970 by the database's clock; a row that nobody else may change or take to the end of
// the transaction (SQLite has one writer), or is passed over where somebody has.
static const struct {
    const char *name;
    const char *text[ENGINE_COUNT];
} words[] = {
    {"{now_us}",
     {"CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)",
      "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"}},
    {"{for_update}", {"", "FOR UPDATE"}},
    {"{skip_locked}", {"", "FOR UPDATE SKIP LOCKED"}},
};

struct statement {
    struct str name;
    struct str sql[ENGINE_COUNT];
};

struct statements {
    struct statement items[STATEMENTS_MAX];
    size_t count;
};

// The block that is being read.
struct block {
    const char *path;
    struct str name;
    int engine; // index of engine_names, -1: both
    struct buf sql;
};

static bool is_name(struct str text)
{
    if (text.len == 0 || text.len > NAME_BYTES_MAX || text.ptr[0] < 'a' || text.ptr[0] > 'z') return false;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_') return false;
    }
    return true;
}

// Whether a semicolon outside of quotes makes it more than one statement.
static bool holds_semicolon(struct str sql)
{
    char quote = '\0';
    for (size_t i = 0; i < sql.len; i++) {
        const char c = sql.ptr[i];
        if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '\'' || c == '"')
            quote = c;
        else if (c == ';')
            return true;
    }
    return false;
}

// The text of a word that `rest` begins with; *out_length 0 when it begins with none.
static struct str word_at(struct str rest, int engine, size_t *out_length)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const struct str name = str_from_c(words[i].name);
        if (!str_starts_with(rest, name)) continue;
        *out_length = name.len;
        return str_from_c(words[i].text[engine]);
    }
    *out_length = 0;
    return STR("");
}

// The statement in the words of one engine.
static struct str in_words_of(int engine, struct str sql)
{
    struct buf text = {.max_bytes = EMIT_FILE_BYTES_MAX}; // stays with its statement
    for (size_t i = 0; i < sql.len;) {
        size_t length;
        const struct str word = word_at(str_slice(sql, i, sql.len), engine, &length);
        buf_append_str(&text, length ? word : str_slice(sql, i, 1));
        i += length ? length : 1;
    }
    return str_trim(buf_str(&text));
}

static struct statement *statement_get(struct statements *statements, struct str name)
{
    for (size_t i = 0; i < statements->count; i++)
        if (str_eq(statements->items[i].name, name)) return &statements->items[i];
    if (statements->count == STATEMENTS_MAX) emit_fail("more than %d statements", STATEMENTS_MAX);
    struct statement *added = &statements->items[statements->count++];
    added->name = name;
    return added;
}

static void block_end(struct block *block, struct statements *statements)
{
    struct str sql = str_trim(buf_str(&block->sql));
    if (block->name.len == 0) {
        if (sql.len) emit_fail("%s: text before the first `-- name:`", block->path);
        return;
    }
    if (sql.len && sql.ptr[sql.len - 1] == ';') sql = str_trim(str_slice(sql, 0, sql.len - 1));
    if (sql.len == 0) emit_fail("%s: %.*s is empty", block->path, STR_ARG(block->name));
    if (holds_semicolon(sql))
        emit_fail("%s: %.*s is more than one statement", block->path, STR_ARG(block->name));
    struct statement *statement = statement_get(statements, block->name);
    for (int engine = 0; engine < ENGINE_COUNT; engine++) {
        if (block->engine >= 0 && block->engine != engine) continue;
        if (statement->sql[engine].len) emit_fail("%s: %.*s comes twice", block->path, STR_ARG(block->name));
        statement->sql[engine] = in_words_of(engine, sql);
    }
}

static void block_begin(struct block *block, struct str name)
{
    if (!is_name(name)) emit_fail("%s: \"%.*s\" is no statement name", block->path, STR_ARG(name));
    block->name = name;
    block->engine = -1;
    block->sql = (struct buf){.max_bytes = EMIT_FILE_BYTES_MAX}; // the text before stays with its statement
}

static void block_set_engine(struct block *block, struct str name)
{
    for (int engine = 0; engine < ENGINE_COUNT; engine++)
        if (str_eq(name, str_from_c(engine_names[engine]))) block->engine = engine;
    if (block->engine < 0) emit_fail("%s: \"%.*s\" is no engine", block->path, STR_ARG(name));
}

static void statements_read(struct statements *statements, const char *path)
{
    struct block block = {.path = path, .engine = -1, .sql = {.max_bytes = EMIT_FILE_BYTES_MAX}};
    struct str rest = emit_file_read(path), line;
    while (str_split(&rest, '\n', &line)) {
        const struct str text = str_trim(line);
        if (str_starts_with(text, STR("-- name:"))) {
            block_end(&block, statements);
            block_begin(&block, str_trim(str_slice(text, 8, text.len)));
        } else if (str_starts_with(text, STR("-- engine:"))) {
            block_set_engine(&block, str_trim(str_slice(text, 10, text.len)));
        } else if (!str_starts_with(text, STR("--"))) {
            buf_append_str(&block.sql, line);
            buf_append_char(&block.sql, '\n');
        }
    }
    block_end(&block, statements);
}

static void statements_read_folder(struct statements *statements, const char *path)
{
    const struct emit_folder folder = emit_folder_read(path);
    for (size_t i = 0; i < folder.count; i++)
        if (str_ends_with(str_from_c(folder.names[i]), STR(".sql")))
            statements_read(statements, emit_format("%s/%s", path, folder.names[i]));
    for (size_t i = 0; i < statements->count; i++)
        for (int engine = 0; engine < ENGINE_COUNT; engine++)
            if (statements->items[i].sql[engine].len == 0)
                emit_fail("%.*s has no text for %s", STR_ARG(statements->items[i].name),
                          engine_names[engine]);
}

// "SQL_WORKSPACE_INSERT" of "workspace_insert".
static const char *symbol_of(struct str name)
{
    char *symbol = emit_format("SQL_%.*s", STR_ARG(name));
    for (char *c = symbol; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - ('a' - 'A'));
    return symbol;
}

static void emit_texts(struct buf *out, const struct str sql[ENGINE_COUNT])
{
    for (int engine = 0; engine < ENGINE_COUNT; engine++) {
        buf_append_str(out, engine ? STR(",\n    ") : STR("{\n    "));
        emit_literal(out, sql[engine]);
    }
    buf_append_str(out, STR("}"));
}

static void emit_statements(struct buf *source, struct buf *header, const struct statements *statements)
{
    for (size_t i = 0; i < statements->count; i++) {
        const struct statement *statement = &statements->items[i];
        const char *symbol = symbol_of(statement->name);
        buf_append_format(header, "extern const struct db_statement %s;\n", symbol);
        buf_append_format(source,
                          "const struct db_statement %s = {.id = %zu, .name = \"%.*s\", .sql = ", symbol, i,
                          STR_ARG(statement->name));
        emit_texts(source, statement->sql);
        buf_append_str(source, STR("};\n\n"));
    }
    buf_append_format(header, "\nenum { SQL_STATEMENT_COUNT = %zu };\n", statements->count);
    buf_append_str(header, STR("extern const struct db_statement *const SQL_STATEMENTS[];\n"));
    buf_append_str(source, STR("const struct db_statement *const SQL_STATEMENTS[] = {\n"));
    for (size_t i = 0; i < statements->count; i++)
        buf_append_format(source, "    &%s,\n", symbol_of(statements->items[i].name));
    buf_append_str(source, STR("    NULL,\n};\n\n"));
}

// The number in front of "0001_workspaces.sql"; files come in the order of their numbers, from 1, without a
// gap.
static void migration_check(const char *file, size_t expected)
{
    const struct str name = str_from_c(file);
    const struct str digits = str_slice(name, 0, str_find(name, '_'));
    int64_t version;
    if (digits.len != 4 || !str_to_int64(digits, &version) || !str_ends_with(name, STR(".sql")))
        emit_fail("migration %s is not named NNNN_name.sql", file);
    if (version != (int64_t)expected) emit_fail("migration %s comes where %04zu is expected", file, expected);
}

static void emit_migrations(struct buf *source, struct buf *header, const char *path)
{
    const char *paths[ENGINE_COUNT];
    struct emit_folder folders[ENGINE_COUNT];
    for (int engine = 0; engine < ENGINE_COUNT; engine++) {
        paths[engine] = emit_format("%s/%s", path, engine_names[engine]);
        folders[engine] = emit_folder_read(paths[engine]);
    }
    if (folders[0].count != folders[1].count) emit_fail("%s and %s differ in length", paths[0], paths[1]);
    buf_append_str(source, STR("const struct db_migration SQL_MIGRATIONS[] = {\n"));
    for (size_t i = 0; i < folders[0].count; i++) {
        const char *file = folders[0].names[i];
        migration_check(file, i + 1);
        if (strcmp(file, folders[1].names[i]) != 0) emit_fail("%s has no %s", paths[1], file);
        struct str sql[ENGINE_COUNT];
        for (int engine = 0; engine < ENGINE_COUNT; engine++)
            sql[engine] = emit_file_read(emit_format("%s/%s", paths[engine], file));
        buf_append_format(source, "{.version = %zu, .name = \"%.*s\", .sql = ", i + 1,
                          (int)(strlen(file) - 4), file);
        emit_texts(source, sql);
        buf_append_str(source, STR("},\n"));
    }
    buf_append_str(source, STR("{0},\n};\n"));
    buf_append_format(header, "enum { SQL_MIGRATION_COUNT = %zu };\n", folders[0].count);
    buf_append_str(header, STR("extern const struct db_migration SQL_MIGRATIONS[];\n"));
}

static struct buf file_begin(const char *first_lines)
{
    struct buf text = {.max_bytes = EMIT_FILE_BYTES_MAX};
    buf_append_str(&text, STR("// Generated by tools/embed/sql.c from the files of server/store.\n"));
    buf_append_str(&text, str_from_c(first_lines));
    return text;
}

int main(int argc, char **argv)
{
    if (argc != 6)
        emit_fail("usage: embed-sql STORE_FOLDER OUT_STATEMENTS_H OUT_MIGRATIONS_H OUT_C OUT_DEPFILE");
    static struct statements statements;
    struct buf statements_header = file_begin("#pragma once\n\n#include \"db/db.h\"\n\n");
    struct buf migrations_header = file_begin("#pragma once\n\n#include \"db/db.h\"\n\n");
    struct buf source = file_begin("#include \"sql_migrations.h\"\n#include \"sql_statements.h\"\n\n"
                                   "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\n");
    emit_inputs_add(argv[1]);
    statements_read_folder(&statements, emit_format("%s/sql", argv[1]));
    emit_statements(&source, &statements_header, &statements);
    emit_migrations(&source, &migrations_header, emit_format("%s/migrations", argv[1]));
    emit_file_write(argv[2], &statements_header);
    emit_file_write(argv[3], &migrations_header);
    emit_file_write(argv[4], &source);
    emit_inputs_write(argv[5], argv[2]);
    return 0;
}
