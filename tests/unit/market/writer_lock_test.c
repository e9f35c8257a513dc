// What readers and the writer tell each other by the lock file.
#include "unit/market/market_fixture.h"

#include "market/writer_lock.h"

#include <stdio.h>
#include <unistd.h>

static struct writer_lock take(void **state)
{
    struct writer_lock lock = {.fd = -1};
    struct error error = {0};
    database_write(path_in(state, "file.db"), "CREATE TABLE t(i INTEGER);");
    if (writer_lock_take(str_from_c(path_in(state, "file.db")), &lock, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return lock;
}

static void a_reader_that_waits_is_known_until_it_stops(void **state)
{
    struct writer_lock lock = take(state);
    assert_false(writer_lock_is_awaited(&lock));
    const int first = writer_lock_wait(str_from_c(path_in(state, "file.db")));
    const int second = writer_lock_wait(str_from_c(path_in(state, "file.db")));
    assert_true(first >= 0 && second >= 0);
    assert_true(writer_lock_is_awaited(&lock));
    writer_lock_stop_waiting(&first);
    assert_true(writer_lock_is_awaited(&lock));
    writer_lock_stop_waiting(&second);
    assert_false(writer_lock_is_awaited(&lock));
    writer_lock_release(&lock);
}

static void a_reader_may_know_the_file_by_another_name(void **state)
{
    struct writer_lock lock = take(state);
    char link[256];
    (void)snprintf(link, sizeof link, "%s", path_in(state, "link.db"));
    assert_int_equal(symlink("file.db", link), 0);
    {
        WRITER_LOCK_WAIT_SCOPE waiting = writer_lock_wait(str_from_c(link));
        assert_true(waiting >= 0);
        assert_true(writer_lock_is_awaited(&lock));
    }
    assert_false(writer_lock_is_awaited(&lock));
    writer_lock_release(&lock);
}

static void where_nobody_writes_there_is_nobody_to_tell(void **state)
{
    struct writer_lock lock = take(state);
    writer_lock_release(&lock);
    assert_int_equal(writer_lock_wait(str_from_c(path_in(state, "file.db"))), -1);
    assert_int_equal(writer_lock_wait(str_from_c(path_in(state, "absent.db"))), -1);
    assert_int_not_equal(access(path_in(state, "file.db.lock"), F_OK), 0);
}

int main(void)
{
#define LOCK_TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        LOCK_TEST(a_reader_that_waits_is_known_until_it_stops),
        LOCK_TEST(a_reader_may_know_the_file_by_another_name),
        LOCK_TEST(where_nobody_writes_there_is_nobody_to_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
