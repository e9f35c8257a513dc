#include "unit/unit.h"

#include "base/limits.h"
#include "http/kept.h"

#include <stdio.h>
#include <string.h>

static struct http_response answer_of(struct str body)
{
    struct http_response response = {.status = 200, .body = {.max_bytes = LIMIT_RESPONSE_BYTES}};
    http_response_header(&response, STR("Content-Type"), STR("text/plain"));
    http_response_header(&response, STR("Set-Cookie"), STR("tlab_session=of-somebody"));
    http_response_header(&response, STR("Access-Control-Allow-Origin"), STR("https://elsewhere.example"));
    http_response_header(&response, STR("ETag"), STR("\"1\""));
    buf_append_str(&response.body, body);
    return response;
}

static struct kept_answer *keep(struct kept_answers *kept, struct str name, struct str body)
{
    struct http_response response = answer_of(body);
    struct kept_answer *answer = kept_add(kept, name, &response);
    buf_done(&response.body);
    return answer;
}

static bool is_kept(struct kept_answers *kept, struct str name)
{
    struct kept_answer *answer = kept_find(kept, name);
    kept_release(answer);
    return answer != NULL;
}

static void an_answer_comes_back_with_what_is_said_of_its_body_and_nothing_of_who_asked(void **state)
{
    (void)state;
    struct kept_answers kept;
    struct http_response again = {.status = 0};
    kept_init(&kept);
    kept_release(keep(&kept, STR("1 /a"), STR("body of a")));
    struct kept_answer *answer = kept_find(&kept, STR("1 /a"));
    assert_non_null(answer);
    kept_fill(answer, &again);
    assert_int_equal(again.status, 200);
    assert_str_equal(again.static_body, STR("body of a"));
    assert_int_equal(again.header_count, 2);
    assert_str_equal(again.headers[0].name, STR("Content-Type"));
    assert_str_equal(again.headers[1].value, STR("\"1\""));
    assert_false(is_kept(&kept, STR("2 /a")));
    kept_release(answer);
    kept_done(&kept);
}

static void the_newest_answer_of_a_name_counts_and_the_old_one_lives_while_it_is_sent(void **state)
{
    (void)state;
    struct kept_answers kept;
    struct http_response sent = {.status = 0}, again = {.status = 0};
    kept_init(&kept);
    struct kept_answer *old = keep(&kept, STR("1 /a"), STR("old"));
    struct kept_answer *new = keep(&kept, STR("1 /a"), STR("new"));
    kept_fill(old, &sent);
    kept_release(new);
    new = kept_find(&kept, STR("1 /a"));
    kept_fill(new, &again);
    assert_str_equal(sent.static_body, STR("old"));
    assert_str_equal(again.static_body, STR("new"));
    assert_int_equal(kept.count, 1);
    kept_done(&kept);
    assert_str_equal(again.static_body, STR("new"));
    kept_release(old);
    kept_release(new);
}

static void a_packed_body_is_added_once_and_counted(void **state)
{
    (void)state;
    struct kept_answers kept;
    kept_init(&kept);
    struct kept_answer *answer = keep(&kept, STR("1 /a"), STR("body of a"));
    const size_t bytes = kept.bytes;
    assert_int_equal(kept_packed(answer).len, 0);
    kept_add_packed(&kept, answer, STR("first"));
    kept_add_packed(&kept, answer, STR("second"));
    assert_str_equal(kept_packed(answer), STR("first"));
    assert_int_equal(kept.bytes, bytes + 5);
    kept_release(keep(&kept, STR("1 /a"), STR("body of a"))); // in its place, not packed yet
    assert_int_equal(kept.bytes, bytes);
    kept_add_packed(&kept, answer, STR("third"));
    assert_int_equal(kept.bytes, bytes);
    kept_release(answer);
    kept_done(&kept);
}

static void what_was_not_used_for_longest_goes_when_there_are_too_many(void **state)
{
    (void)state;
    struct kept_answers kept;
    char name[32];
    kept_init(&kept);
    for (int i = 0; i <= KEPT_ANSWERS_MAX; i++) {
        assert_true(i == 0 || is_kept(&kept, STR("1 /0")));
        const int len = snprintf(name, sizeof name, "1 /%d", i);
        kept_release(keep(&kept, (struct str){name, (size_t)len}, STR("x")));
    }
    assert_int_equal(kept.count, KEPT_ANSWERS_MAX);
    assert_true(is_kept(&kept, STR("1 /0")));
    assert_false(is_kept(&kept, STR("1 /1")));
    kept_done(&kept);
}

static void bytes_are_bounded_and_what_is_too_large_is_not_kept(void **state)
{
    (void)state;
    static char large[LIMIT_KEPT_ANSWER_BYTES];
    const struct str body = {large, sizeof large - 1024};
    struct kept_answers kept;
    char name[32];
    memset(large, 'x', sizeof large);
    kept_init(&kept);
    assert_null(keep(&kept, STR("1 /a"), (struct str){large, sizeof large}));
    for (int i = 0; i < 40; i++) {
        const int len = snprintf(name, sizeof name, "1 /%d", i);
        kept_release(keep(&kept, (struct str){name, (size_t)len}, body));
        assert_true(kept.bytes <= LIMIT_KEPT_ANSWERS_BYTES);
    }
    assert_true(is_kept(&kept, STR("1 /39")));
    assert_false(is_kept(&kept, STR("1 /0")));
    kept_done(&kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_comes_back_with_what_is_said_of_its_body_and_nothing_of_who_asked),
        cmocka_unit_test(the_newest_answer_of_a_name_counts_and_the_old_one_lives_while_it_is_sent),
        cmocka_unit_test(a_packed_body_is_added_once_and_counted),
        cmocka_unit_test(what_was_not_used_for_longest_goes_when_there_are_too_many),
        cmocka_unit_test(bytes_are_bounded_and_what_is_too_large_is_not_kept),
    };
    return cmocka_run_group_tests_name("http kept", tests, NULL, NULL);
}
