// Turns docs/api/openapi.yaml into the same document as JSON. Of YAML it takes what JSON can say: mappings
// with text keys, sequences, scalars by the JSON schema of YAML 1.2; no merge keys, no tags, no key twice.
#include "emit.h"

#include <stdio.h>
#include <yaml.h>

enum { DEPTH_MAX = 64 };

struct walk {
    yaml_document_t *document;
    struct buf json;
    const char *path; // of the file, for messages
};

static void walk_node(struct walk *walk, const yaml_node_t *node, int depth);

static struct str node_text(const yaml_node_t *node)
{
    return (struct str){.ptr = (const char *)node->data.scalar.value, .len = node->data.scalar.length};
}

static void emit_json_text(struct buf *json, struct str text)
{
    buf_append_char(json, '"');
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '"' || c == '\\')
            buf_append_format(json, "\\%c", c);
        else if (c == '\n')
            buf_append_str(json, STR("\\n"));
        else if ((unsigned char)c < 0x20)
            buf_append_format(json, "\\u%04x", (unsigned)c);
        else
            buf_append_char(json, c);
    }
    buf_append_char(json, '"');
}

// Moves `*at` over a sign out of `signs`, if one is there.
static void skip_sign(struct str text, size_t *at, const char *signs)
{
    if (*at < text.len && strchr(signs, text.ptr[*at])) ++*at;
}

// Moves `*at` over at least one digit.
static bool skip_digits(struct str text, size_t *at)
{
    const size_t from = *at;
    while (*at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9')
        ++*at;
    return *at > from;
}

// A number as JSON writes it: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
static bool is_json_number(struct str text)
{
    size_t at = 0;
    skip_sign(text, &at, "-");
    const size_t whole = at;
    if (!skip_digits(text, &at) || (text.ptr[whole] == '0' && at > whole + 1)) return false;
    if (at < text.len && text.ptr[at] == '.') {
        at++;
        if (!skip_digits(text, &at)) return false;
    }
    if (at < text.len && (text.ptr[at] == 'e' || text.ptr[at] == 'E')) {
        at++;
        skip_sign(text, &at, "+-");
        if (!skip_digits(text, &at)) return false;
    }
    return at == text.len;
}

static bool is_json_word(struct str text)
{
    return str_eq(text, STR("null")) || str_eq(text, STR("true")) || str_eq(text, STR("false"));
}

static void walk_scalar(struct walk *walk, const yaml_node_t *node)
{
    const struct str text = node_text(node);
    const bool is_plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (is_plain && text.len == 0)
        buf_append_str(&walk->json, STR("null"));
    else if (is_plain && (is_json_word(text) || is_json_number(text)))
        buf_append_str(&walk->json, text);
    else
        emit_json_text(&walk->json, text);
}

static void walk_sequence(struct walk *walk, const yaml_node_t *node, int depth)
{
    buf_append_char(&walk->json, '[');
    for (yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top;
         item++) {
        if (item > node->data.sequence.items.start) buf_append_char(&walk->json, ',');
        walk_node(walk, yaml_document_get_node(walk->document, *item), depth);
    }
    buf_append_char(&walk->json, ']');
}

static struct str key_of(struct walk *walk, const yaml_node_pair_t *pair)
{
    const yaml_node_t *key = yaml_document_get_node(walk->document, pair->key);
    if (key->type != YAML_SCALAR_NODE || str_eq(node_text(key), STR("<<")))
        emit_fail("%s:%zu: JSON has no such key", walk->path, key->start_mark.line + 1);
    return node_text(key);
}

static void check_key_is_new(struct walk *walk, const yaml_node_t *node, const yaml_node_pair_t *pair)
{
    const struct str key = key_of(walk, pair);
    for (const yaml_node_pair_t *before = node->data.mapping.pairs.start; before < pair; before++)
        if (str_eq(key_of(walk, before), key))
            emit_fail("%s:%zu: %.*s comes twice", walk->path,
                      yaml_document_get_node(walk->document, pair->key)->start_mark.line + 1, STR_ARG(key));
}

static void walk_mapping(struct walk *walk, const yaml_node_t *node, int depth)
{
    buf_append_char(&walk->json, '{');
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top;
         pair++) {
        check_key_is_new(walk, node, pair);
        if (pair > node->data.mapping.pairs.start) buf_append_char(&walk->json, ',');
        emit_json_text(&walk->json, key_of(walk, pair));
        buf_append_char(&walk->json, ':');
        walk_node(walk, yaml_document_get_node(walk->document, pair->value), depth);
    }
    buf_append_char(&walk->json, '}');
}

static void walk_node(struct walk *walk, const yaml_node_t *node, int depth)
{
    if (depth == DEPTH_MAX) emit_fail("%s:%zu: nested too deep", walk->path, node->start_mark.line + 1);
    switch (node->type) {
    case YAML_SCALAR_NODE: walk_scalar(walk, node); break;
    case YAML_SEQUENCE_NODE: walk_sequence(walk, node, depth + 1); break;
    case YAML_MAPPING_NODE: walk_mapping(walk, node, depth + 1); break;
    case YAML_NO_NODE: emit_fail("%s is empty", walk->path);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) emit_fail("usage: embed-openapi YAML OUT_JSON");
    const struct str text = emit_file_read(argv[1]);
    yaml_parser_t parser;
    yaml_document_t document;
    if (!yaml_parser_initialize(&parser)) emit_fail("libyaml cannot start");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    if (!yaml_parser_load(&parser, &document))
        emit_fail("%s:%zu: %s", argv[1], parser.problem_mark.line + 1, parser.problem);
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    if (!root) emit_fail("%s is empty", argv[1]);
    struct walk walk = {.document = &document, .json = {.max_bytes = EMIT_FILE_BYTES_MAX}, .path = argv[1]};
    walk_node(&walk, root, 0);
    buf_append_char(&walk.json, '\n');
    emit_file_write(argv[2], &walk.json);
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
    return 0;
}
