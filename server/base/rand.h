// Random bytes from the kernel.
#pragma once

#include <stddef.h>

// Fills `bytes` from getrandom(2); a kernel that cannot give randomness ends the process.
void rand_bytes(void *bytes, size_t len);
