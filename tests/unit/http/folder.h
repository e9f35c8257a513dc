// A folder of its own for each test of uploads, and who works in it.
#pragma once

#include <stdbool.h>
#include <stddef.h>

void folder_make(char *path, size_t size);
size_t folder_count(const char *path); // of entries
bool folder_has(const char *path, const char *name);
void folder_clear(const char *path);

// Fails the test when it takes too long.
void folder_await_count(const char *path, size_t count);

unsigned long folder_file_crc(const char *path); // CRC-32 of the whole file

// How often an event thread has created or removed a file since the last call. They have no business with
// the disk.
size_t folder_event_thread_calls(void);

// Of the process, with everything.
long folder_resident_bytes(void);
