// What libmicrohttpd 0.9.75 (and .76) reads without saying so: line ends that are a bare LF, folded header
// lines, NUL bytes, header lines without a name. Each of them lets two programs see two different requests in
// the same bytes.
#pragma once

#include "http/guard.h"

#include <stdbool.h>

// Whether the library this process runs on is such a release. Later ones refuse all of this in their strict
// mode.
bool layout_is_known(void);

// Those releases parse in place and put NUL over every separator, so the gaps between the texts they show are
// what they have read over: one space between method, target and version, CR LF at the end of each line, a
// colon and blanks between name and value. True when every gap is exactly that. Texts of `head` must point
// into the library's memory. Always true where the layout is not known.
bool layout_is_exact(const struct http_head *head);

// Where the body starts in the library's memory: behind the empty line.
const char *layout_body_start(const struct http_head *head);

// Whether the chunk whose first bytes are shown at `data` had its size line ended by CR LF. True as well when
// that line is no longer there to be seen: it came in an earlier packet than the data.
bool layout_is_exact_chunk(const char *body_start, const char *data);
