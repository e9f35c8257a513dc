#include "net/fetch_retry.h"

#include <stddef.h>

enum { MS_PER_S = 1000, DOUBLINGS_MAX = 20 };

enum fetch_verdict fetch_judge_status(long http_status)
{
    if (http_status == 200 || http_status == 206) return FETCH_TAKEN;
    if (http_status == 404) return FETCH_ABSENT;
    if (http_status == 429 || http_status == 418) return FETCH_SLOWER;
    if (http_status == 416) return FETCH_RESTARTED;
    return http_status == 408 || http_status >= 500 ? FETCH_AGAIN : FETCH_REFUSED;
}

int64_t fetch_pause_ms(const struct fetch_pause *pause, int attempt)
{
    const int doublings = attempt > DOUBLINGS_MAX ? DOUBLINGS_MAX : attempt - 1;
    const int64_t grown = pause->first_ms << doublings;
    const int64_t whole = grown < pause->longest_ms ? grown : pause->longest_ms;
    const int64_t half = whole / 2;
    const int64_t ours = whole - half + (int64_t)(pause->random % (uint64_t)(half + 1));
    const int64_t theirs = pause->retry_after_s * MS_PER_S;
    return ours > theirs ? ours : theirs;
}

bool fetch_range_start(struct str content_range, int64_t *out_first)
{
    const struct str unit = STR("bytes ");
    if (!str_starts_with(content_range, unit)) return false;
    const struct str range = str_slice(content_range, unit.len, content_range.len);
    return str_to_int64(str_slice(range, 0, str_find(range, '-')), out_first) && *out_first >= 0;
}

bool fetch_tag_is_strong(struct str tag)
{
    return tag.len > 2 && tag.ptr[0] == '"' && tag.ptr[tag.len - 1] == '"';
}
