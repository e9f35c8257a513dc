// Which passwords may be, and what is kept of them.
#include "unit/unit.h"

#include "app/password.h"
#include "base/limits.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

static const struct str ann = {.ptr = "ann.smith-jones@example.org", .len = 27};

static bool is_taken(const char *password)
{
    struct error error = {0};
    const enum status status = password_check(str_from_c(password), ann, false, "/password", &error);
    if (status == STATUS_OK) return true;
    assert_int_equal(status, STATUS_INVALID);
    assert_string_equal(error.fields[0].pointer, "/password");
    return false;
}

static void they_have_twelve_to_256_bytes(void **state)
{
    (void)state;
    char text[PASSWORD_MAX_BYTES + 2] = "x7#kQ9!mZ2pL";
    assert_true(is_taken(text));
    text[11] = '\0';
    assert_false(is_taken(text));
    for (size_t i = 0; i < PASSWORD_MAX_BYTES + 1; i++)
        text[i] = "x7#kQ9!mZ2pLw4"[i * i % 14];
    assert_false(is_taken(text));
    text[PASSWORD_MAX_BYTES] = '\0';
    assert_true(is_taken(text));
}

static void any_characters_will_do(void **state)
{
    (void)state;
    static const char *const fine[] = {
        "correct horse battery staple", "Ünïcödé 研究 🚀",     "  k x  q y w z 1 7 ",
        "only lower case letters here", "8f3b1c9d7e2a60514b", "tr0ub4dor&3 and more",
    };
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        assert_true(is_taken(fine[i]));
}

static void those_that_are_tried_first_are_refused(void **state)
{
    (void)state;
    static const char *const common[] = {
        "passwordpassword", "Password1234!",     "P4ssw0rdP4ssw0rd", "administrator",
        "aaaaaaaaaaaaaaaa", "abcabcabcabcabc",   "123456789012",     "qwertyuiopasdf",
        "1q2w3e4r5t6y7u8i", "iloveyouiloveyou",  "letmeinletmein",   "welcome123456",
        "tradinglab2026",   "bitcointothemoon1", "ann.smith-jones",  "ANN.SMITH-JONES@EXAMPLE.ORG",
    };
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (is_taken(common[i])) fail_msg("\"%s\" is taken", common[i]);
}

static void those_of_the_documentation_are_for_this_machine_alone(void **state)
{
    (void)state;
    static const char *const samples[] = {"change-this-password", "member-password"};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct error error = {0};
        assert_false(is_taken(samples[i]));
        assert_true(password_is_sample(str_from_c(samples[i])));
        assert_int_equal(password_check(str_from_c(samples[i]), ann, true, "/password", &error), STATUS_OK);
    }
    assert_false(password_is_sample(STR("change-this-passwords")));
}

static struct password_verdict judge(struct password_gate *gate, struct str password, struct str hash)
{
    struct error error = {0};
    struct password_verdict verdict;
    assert_ok(password_verify(gate, password, hash, &verdict, &error));
    return verdict;
}

static void every_byte_counts(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 64 * KIB);
    struct error error = {0};
    struct password_gate *gate;
    struct str hash, again;
    char text[74];
    memset(text, 'x', sizeof text);
    text[72] = 'a';
    assert_ok(password_gate_new(2, &gate, &error));
    assert_ok(password_hash(gate, (struct str){text, 73}, &arena, &hash, &error));
    assert_ok(password_hash(gate, (struct str){text, 73}, &arena, &again, &error));
    assert_true(str_starts_with(hash, STR("$argon2id$v=19$m=65536,t=2,p=1$")));
    assert_false(str_eq(hash, again)); // each has a salt of its own
    const struct password_verdict right = judge(gate, (struct str){text, 73}, hash);
    assert_true(right.is_right && !right.is_weak);
    text[72] = 'b';
    assert_false(judge(gate, (struct str){text, 73}, hash).is_right);
    text[72] = 'a';
    text[73] = ' ';
    assert_false(judge(gate, (struct str){text, 72}, hash).is_right);
    assert_false(judge(gate, (struct str){text, 74}, hash).is_right);
    password_gate_free(gate);
}

static void nobodys_is_never_right_and_a_cheap_one_is_weak(void **state)
{
    (void)state;
    struct error error = {0};
    struct password_gate *gate;
    assert_ok(password_gate_new(2, &gate, &error));
    assert_false(judge(gate, STR(""), STR("")).is_right);
    assert_false(judge(gate, STR("guide rope 7 anvil"), STR("")).is_right);
    assert_false(judge(gate, STR("guide rope 7 anvil"), STR("no hash at all")).is_right);
    // libsodium's, of one pass over 8 MiB
    const struct str cheap = STR(
        "$argon2id$v=19$m=8192,t=1,p=1$vyN9d66baK8Mf6hFfOlhfQ$aARDRNb76MjEDBXfjXiLKT7UgtOcY2QEGQPsb0mkUqU");
    const struct password_verdict verdict = judge(gate, STR("guide rope 7 anvil"), cheap);
    assert_true(verdict.is_right && verdict.is_weak);
    assert_false(judge(gate, STR("guide rope 8 anvil"), cheap).is_right);
    password_gate_free(gate);
}

enum { CROWD = 12 };

struct crowd {
    struct password_gate *gate;
    pthread_barrier_t start;
    atomic_int answered, turned_away;
};

static void *come(void *argument)
{
    struct crowd *crowd = argument;
    struct password_verdict verdict;
    struct error error = {0};
    pthread_barrier_wait(&crowd->start);
    const enum status status =
        password_verify(crowd->gate, STR("guide rope 7 anvil"), STR(""), &verdict, &error);
    if (status == STATUS_OK) atomic_fetch_add(&crowd->answered, 1);
    if (status == STATUS_UNAVAILABLE && strcmp(error.code, "busy") == 0)
        atomic_fetch_add(&crowd->turned_away, 1);
    return NULL;
}

static void a_crowd_is_turned_away(void **state)
{
    (void)state;
    struct error error = {0};
    struct crowd crowd = {0};
    pthread_t threads[CROWD];
    assert_ok(password_gate_new(1, &crowd.gate, &error));
    pthread_barrier_init(&crowd.start, NULL, CROWD);
    for (size_t i = 0; i < CROWD; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, come, &crowd), 0);
    for (size_t i = 0; i < CROWD; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_true(atomic_load(&crowd.answered) >= 1);
    assert_true(atomic_load(&crowd.turned_away) >= 1);
    assert_int_equal(atomic_load(&crowd.answered) + atomic_load(&crowd.turned_away), CROWD);
    pthread_barrier_destroy(&crowd.start);
    password_gate_free(crowd.gate);
}

struct busy {
    struct password_gate *gate;
    atomic_bool is_seen;
};

static void *keep_busy(void *argument)
{
    struct busy *busy = argument;
    struct password_verdict verdict;
    while (!atomic_load(&busy->is_seen))
        assert_ok(password_verify(busy->gate, STR("guide rope 7 anvil"), STR(""), &verdict, NULL));
    return NULL;
}

static void a_gate_is_full_while_it_hashes_as_many_as_it_may(void **state)
{
    (void)state;
    struct error error = {0};
    struct busy busy = {0};
    pthread_t thread;
    assert_ok(password_gate_new(1, &busy.gate, &error));
    assert_false(password_gate_is_full(busy.gate));
    assert_int_equal(pthread_create(&thread, NULL, keep_busy, &busy), 0);
    while (!password_gate_is_full(busy.gate))
        sched_yield();
    atomic_store(&busy.is_seen, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_false(password_gate_is_full(busy.gate));
    password_gate_free(busy.gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_have_twelve_to_256_bytes),
        cmocka_unit_test(any_characters_will_do),
        cmocka_unit_test(those_that_are_tried_first_are_refused),
        cmocka_unit_test(those_of_the_documentation_are_for_this_machine_alone),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(nobodys_is_never_right_and_a_cheap_one_is_weak),
        cmocka_unit_test(a_crowd_is_turned_away),
        cmocka_unit_test(a_gate_is_full_while_it_hashes_as_many_as_it_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
