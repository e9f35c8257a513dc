// Whether a database file is another than before, told without opening it: opening and closing a file that
// this process has locked would drop the lock.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct file_mark {
    bool exists;
    uint64_t device, inode;
    int64_t size;
    int64_t modified_ns;
    int64_t changed_ns; // permissions and names: what was unreadable may be readable now
};

// The file and the write-ahead log beside it ("file.db.wal"), which holds what was not moved into the file
// yet.
struct file_stamp {
    struct file_mark data;
    struct file_mark log;
};

struct file_stamp file_stamp_read(const char *path);
bool file_stamp_eq(const struct file_stamp *a, const struct file_stamp *b);
