#include "db/db_pg.h"

#include <endian.h>

// pg_type.oid of the types that cross the seam; fixed by PostgreSQL for ever.
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_FLOAT8 = 701,
};

static bool is_param_type(Oid type)
{
    return type == OID_INT8 || type == OID_FLOAT8 || type == OID_TEXT || type == OID_BYTEA;
}

static bool is_result_type(Oid type)
{
    return is_param_type(type) || type == OID_BOOL || type == OID_INT2 || type == OID_INT4;
}

enum status pg_check_types(const PGresult *description, const char *what, struct error *error)
{
    for (int i = 0; i < PQnparams(description); i++)
        if (!is_param_type(PQparamtype(description, i)))
            return error_set(
                error, STATUS_INTERNAL, NULL,
                "%s: $%d has type oid %u, not bigint, double precision, text or bytea: write a cast", what,
                i + 1, PQparamtype(description, i));
    for (int i = 0; i < PQnfields(description); i++)
        if (!is_result_type(PQftype(description, i)))
            return error_set(error, STATUS_INTERNAL, NULL, "%s: column %s has type oid %u: write a cast",
                             what, PQfname(description, i), PQftype(description, i));
    return STATUS_OK;
}

static uint64_t double_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static bool encode_word(struct pg_params *params, size_t i, uint64_t bits)
{
    params->words[i] = htobe64(bits);
    params->values[i] = (const char *)&params->words[i];
    params->lengths[i] = sizeof params->words[i];
    return true;
}

static bool encode_bytes(struct pg_params *params, size_t i, struct str bytes)
{
    if (bytes.len > INT32_MAX) return false;
    params->values[i] = bytes.ptr ? bytes.ptr : ""; // NULL would be SQL's NULL
    params->lengths[i] = (int)bytes.len;
    return true;
}

static bool encode_one(struct pg_params *params, size_t i, Oid type, const struct db_value *value)
{
    params->formats[i] = 1;
    params->values[i] = NULL;
    params->lengths[i] = 0;
    switch (value->type) {
    case DB_NULL_VALUE: return true;
    case DB_INT_VALUE:
        if (type == OID_FLOAT8) return encode_word(params, i, double_bits((double)value->integer));
        return type == OID_INT8 && encode_word(params, i, (uint64_t)value->integer);
    case DB_DOUBLE_VALUE: return type == OID_FLOAT8 && encode_word(params, i, double_bits(value->real));
    case DB_TEXT_VALUE: return type == OID_TEXT && encode_bytes(params, i, value->bytes);
    case DB_BLOB_VALUE: return type == OID_BYTEA && encode_bytes(params, i, value->bytes);
    }
    return false;
}

enum status pg_encode(struct pg_params *params, const struct pg_statement *prepared,
                      const struct db_value *values, const char *what, struct error *error)
{
    for (size_t i = 0; i < prepared->param_count; i++)
        if (!encode_one(params, i, prepared->param_types[i], &values[i]))
            return error_set(error, STATUS_INTERNAL, NULL, "%s: the value for $%zu does not fit type oid %u",
                             what, i + 1, prepared->param_types[i]);
    return STATUS_OK;
}

// Big-endian, two's complement, 1, 2, 4 or 8 bytes.
static int64_t read_int(const char *bytes, int len)
{
    const unsigned char *b = (const unsigned char *)bytes;
    uint64_t value = len > 0 && len != 1 && b[0] & 0x80 ? UINT64_MAX : 0; // one byte is a boolean
    for (int i = 0; i < len; i++)
        value = value << 8 | b[i];
    return (int64_t)value;
}

static double read_double(const char *bytes)
{
    const uint64_t bits = (uint64_t)read_int(bytes, sizeof bits);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool is_int(Oid type)
{
    return type == OID_INT8 || type == OID_INT4 || type == OID_INT2 || type == OID_BOOL;
}

int64_t pg_decode_int(const PGresult *result, int row, int column)
{
    const Oid type = PQftype(result, column);
    if (PQgetisnull(result, row, column)) return 0;
    if (type == OID_FLOAT8) return (int64_t)read_double(PQgetvalue(result, row, column));
    return is_int(type) ? read_int(PQgetvalue(result, row, column), PQgetlength(result, row, column)) : 0;
}

double pg_decode_double(const PGresult *result, int row, int column)
{
    if (PQgetisnull(result, row, column)) return 0;
    if (PQftype(result, column) == OID_FLOAT8) return read_double(PQgetvalue(result, row, column));
    return (double)pg_decode_int(result, row, column);
}

struct str pg_decode_bytes(const PGresult *result, int row, int column)
{
    const Oid type = PQftype(result, column);
    if ((type != OID_TEXT && type != OID_BYTEA) || PQgetisnull(result, row, column)) return (struct str){0};
    return (struct str){.ptr = PQgetvalue(result, row, column),
                        .len = (size_t)PQgetlength(result, row, column)};
}
