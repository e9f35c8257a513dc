// Ctrl-C and SIGTERM for commands whose work ends at its own next good place.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

// Set by the first of the two signals, once they are caught; a second one ends the process, which is safe
// too.
extern atomic_bool interrupt_came;

void interrupt_catch(void);
