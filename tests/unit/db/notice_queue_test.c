#include "unit.h"

#include "db/notice_queue.h"

#include <stdio.h>

static void assert_notice(const struct notice_queue *queue, size_t at, const char *channel,
                          const char *payload)
{
    assert_true(at < queue->count);
    assert_str_equal(notice_channel(&queue->notices[at]), str_from_c(channel));
    assert_str_equal(notice_payload(&queue->notices[at]), str_from_c(payload));
}

// "0", "1", …, each its own notice.
static void put_numbers(struct notice_queue *queue, int count)
{
    for (int i = 0; i < count; i++) {
        char payload[16];
        (void)snprintf(payload, sizeof payload, "%d", i);
        (void)notice_queue_put(queue, STR("numbers"), str_from_c(payload));
    }
}

static void notices_wait_in_their_order(void **state)
{
    (void)state;
    struct notice_queue queue = {0};
    assert_true(notice_queue_put(&queue, STR("jobs"), STR("1")));
    assert_false(notice_queue_put(&queue, STR("jobs"), STR("")));
    assert_false(notice_queue_put(&queue, STR("plans"), STR("1")));
    assert_int_equal(queue.count, 3);
    assert_notice(&queue, 0, "jobs", "1");
    assert_notice(&queue, 1, "jobs", "");
    assert_notice(&queue, 2, "plans", "1");
}

static void equal_ones_wait_once(void **state)
{
    (void)state;
    struct notice_queue queue = {0};
    for (int i = 0; i < 1000; i++) {
        (void)notice_queue_put(&queue, STR("jobs"), STR("1"));
        (void)notice_queue_put(&queue, STR("jobs"), STR("2"));
        (void)notice_queue_put(&queue, STR("plans"), STR("1"));
    }
    assert_int_equal(queue.count, 3);
}

static void as_many_as_fit_are_kept_and_one_more_stands_for_all(void **state)
{
    (void)state;
    struct notice_queue queue = {0};
    put_numbers(&queue, LIMIT_NOTICES_WAITING);
    assert_int_equal(queue.count, LIMIT_NOTICES_WAITING);
    assert_notice(&queue, LIMIT_NOTICES_WAITING - 1, "numbers", "255");
    put_numbers(&queue, LIMIT_NOTICES_WAITING); // all of them wait already
    assert_int_equal(queue.count, LIMIT_NOTICES_WAITING);
    assert_false(notice_queue_put(&queue, STR("numbers"), STR("one more")));
    assert_int_equal(queue.count, 1);
    assert_notice(&queue, 0, "", "");
}

static void everything_swallows_what_came_before_and_what_comes(void **state)
{
    (void)state;
    struct notice_queue queue = {0};
    assert_true(notice_queue_put(&queue, STR(""), STR("")));
    queue.count = 0;
    put_numbers(&queue, 5);
    assert_false(notice_queue_put(&queue, STR(""), STR("its payload is dropped")));
    put_numbers(&queue, 5);
    assert_int_equal(queue.count, 1);
    assert_notice(&queue, 0, "", "");
}

static void the_longest_of_both_fit(void **state)
{
    (void)state;
    char channel[LIMIT_NOTICE_CHANNEL_BYTES + 2], payload[LIMIT_NOTICE_PAYLOAD_BYTES + 2];
    struct notice_queue queue = {0};
    memset(channel, 'z', sizeof channel);
    memset(payload, '~', sizeof payload);
    channel[LIMIT_NOTICE_CHANNEL_BYTES] = payload[LIMIT_NOTICE_PAYLOAD_BYTES] = '\0';
    assert_true(notice_is_valid(str_from_c(channel), str_from_c(payload)));
    (void)notice_queue_put(&queue, str_from_c(channel), str_from_c(payload));
    assert_notice(&queue, 0, channel, payload);
    channel[LIMIT_NOTICE_CHANNEL_BYTES] = payload[LIMIT_NOTICE_PAYLOAD_BYTES] = '~';
    assert_false(notice_is_valid((struct str){.ptr = channel, .len = sizeof channel - 1}, STR("")));
    assert_false(notice_is_valid(STR(""), (struct str){.ptr = payload, .len = sizeof payload - 1}));
}

static void characters_outside_of_the_rules_are_found(void **state)
{
    (void)state;
    assert_true(notice_is_valid(STR("a_z09"), STR(" !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~")));
    assert_true(notice_is_valid(STR(""), STR("")));
    static const char *const channels[] = {"A", "a b", "a-b", "a\"", "a\n", "`", "{", "/", ":", "\xC3\xA4"};
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
        assert_false(notice_is_valid(str_from_c(channels[i]), STR("")));
    static const char *const payloads[] = {"\n", "\x1F", "\x7F", "\xC3\xA4"};
    for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++)
        assert_false(notice_is_valid(STR("a"), str_from_c(payloads[i])));
    assert_false(notice_is_valid(STR("a"), STR("a\0b")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notices_wait_in_their_order),
        cmocka_unit_test(equal_ones_wait_once),
        cmocka_unit_test(as_many_as_fit_are_kept_and_one_more_stands_for_all),
        cmocka_unit_test(everything_swallows_what_came_before_and_what_comes),
        cmocka_unit_test(the_longest_of_both_fit),
        cmocka_unit_test(characters_outside_of_the_rules_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
