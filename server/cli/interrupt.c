#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>

atomic_bool interrupt_came;

static void note(int signal_number)
{
    (void)signal_number;
    atomic_store(&interrupt_came, true);
}

void interrupt_catch(void)
{
    const struct sigaction action = {.sa_handler = note, .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}
