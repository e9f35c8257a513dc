#include "unit/unit.h"

#include "http/connection.h"

#include <arpa/inet.h>

static const struct connection_limits limits = {
    .max_connections = 2,
    .idle_us = 60000000,
    .head_us = 10000000,
    .body_us = 30000000,
    .upload_us = 900000000,
    .write_stall_us = 20000000,
};

static bool is_overdue_after(enum connection_phase phase, int64_t elapsed_us)
{
    const int64_t start_us = 1000000000;
    return connection_is_overdue(&limits, phase, start_us, start_us + elapsed_us, UINT64_MAX);
}

static void each_phase_ends_at_its_own_deadline(void **state)
{
    (void)state;
    const struct {
        enum connection_phase phase;
        int64_t deadline_us;
    } cases[] = {
        {CONNECTION_UPLOAD, 900000000}, {CONNECTION_IDLE, 60000000},   {CONNECTION_HEAD, 10000000},
        {CONNECTION_BODY, 30000000},    {CONNECTION_ANSWER, 20000000}, {CONNECTION_STREAM, 20000000},
        {CONNECTION_REFUSE, 1000000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_false(is_overdue_after(cases[i].phase, cases[i].deadline_us));
        assert_true(is_overdue_after(cases[i].phase, cases[i].deadline_us + 1));
    }
}

static void a_handler_may_take_its_time(void **state)
{
    (void)state;
    assert_false(is_overdue_after(CONNECTION_WORK, INT64_C(1) << 50));
    assert_false(is_overdue_after(CONNECTION_REAPED, INT64_C(1) << 50));
}

static void a_body_arrives_with_1_kib_per_second_after_5_seconds(void **state)
{
    (void)state;
    assert_false(connection_is_overdue(&limits, CONNECTION_BODY, 0, 5000000, 0));
    assert_true(connection_is_overdue(&limits, CONNECTION_BODY, 0, 5000001, 5 * 1024 - 1));
    assert_false(connection_is_overdue(&limits, CONNECTION_BODY, 0, 5000001, 5 * 1024));
    assert_true(connection_is_overdue(&limits, CONNECTION_BODY, 0, 20000000, 20 * 1024 - 1));
    assert_false(connection_is_overdue(&limits, CONNECTION_BODY, 0, 20000000, 20 * 1024));
    assert_true(connection_is_overdue(&limits, CONNECTION_UPLOAD, 0, 500000000, 500 * 1024 - 1));
    assert_false(connection_is_overdue(&limits, CONNECTION_UPLOAD, 0, 500000000, 500 * 1024));
}

static void farewell(void *context, const struct connection *connection)
{
    (void)context, (void)connection;
}

static void round_over(void *context)
{
    (void)context;
}

static struct connections *make_connections(void)
{
    const struct connection_listener listener = {.farewell = farewell, .round = round_over};
    struct connections *connections = NULL;
    assert_int_equal(connections_new(&limits, &listener, &connections, NULL), 0);
    return connections;
}

static void records_are_taken_up_to_the_limit_and_used_again(void **state)
{
    (void)state;
    struct connections *connections = make_connections();
    struct connection *first = connections_add(connections, 100, NULL);
    struct connection *second = connections_add(connections, 101, NULL);
    assert_non_null(first);
    assert_non_null(second);
    assert_null(connections_add(connections, 102, NULL));
    connections_remove(connections, first);
    assert_false(connection_enter(first, CONNECTION_HEAD)); // gone is gone
    assert_ptr_equal(connections_add(connections, 103, NULL), first);
    assert_true(connection_enter(first, CONNECTION_BODY));
    connections_remove(connections, first);
    connections_remove(connections, second);
    connections_free(connections);
}

static void the_peer_is_a_numeric_address(void **state)
{
    (void)state;
    struct connections *connections = make_connections();
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(0xC0000207)}};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    const struct {
        const char *address, *shown;
    } cases[] = {{"2001:db8::1", "2001:db8::1"}, {"::ffff:192.0.2.7", "192.0.2.7"}};
    struct connection *connection =
        connections_add(connections, 100, (const struct sockaddr *)(const void *)&v4);
    assert_string_equal(connection->peer, "192.0.2.7");
    connections_remove(connections, connection);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(inet_pton(AF_INET6, cases[i].address, &v6.sin6_addr), 1);
        connection = connections_add(connections, 100, (const struct sockaddr *)(const void *)&v6);
        assert_string_equal(connection->peer, cases[i].shown);
        connections_remove(connections, connection);
    }
    connections_free(connections);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_phase_ends_at_its_own_deadline),
        cmocka_unit_test(a_handler_may_take_its_time),
        cmocka_unit_test(a_body_arrives_with_1_kib_per_second_after_5_seconds),
        cmocka_unit_test(records_are_taken_up_to_the_limit_and_used_again),
        cmocka_unit_test(the_peer_is_a_numeric_address),
    };
    return cmocka_run_group_tests_name("http connection", tests, NULL, NULL);
}
