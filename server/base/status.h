// The one result type of everything that can fail. The caller must look at it: ignoring one does not compile.
#pragma once

enum [[nodiscard]] status{
    STATUS_OK = 0,
    STATUS_MALFORMED,       // cannot be read as what it claims to be (broken JSON, broken ZIP)
    STATUS_INVALID,         // readable, but a value breaks a rule; the error names the members
    STATUS_UNAUTHENTICATED, // nobody is signed in
    STATUS_FORBIDDEN,       // signed in, but not allowed
    STATUS_NOT_FOUND,       // no such thing, or not visible to the caller
    STATUS_CONFLICT,        // the present state does not permit it
    STATUS_STALE,           // a precondition (version) no longer holds
    STATUS_UNCONDITIONAL,   // a change that must name the version it is based on does not
    STATUS_TOO_LARGE,       // over a limit of limits.h
    STATUS_TOO_MANY,        // as many as may be are there already; later there is room again
    STATUS_UNSUPPORTED,     // a media type, format or feature that is not offered
    STATUS_UNAVAILABLE,     // a database or file cannot be reached right now; trying again may help
    STATUS_STORAGE_FULL,    // no space left to write
    STATUS_CANCELLED,       // asked to stop
    STATUS_NO_MEMORY,       // an allocation failed or an arena reached its bound
    STATUS_INTERNAL,        // a defect or an unexpected I/O failure; details belong into the log
};

// Hand a failure on. The only macro that returns.
#define TRY(expression)                                                                                      \
    do {                                                                                                     \
        const enum status try_status = (expression);                                                         \
        if (try_status != STATUS_OK) return try_status;                                                      \
    } while (0)
