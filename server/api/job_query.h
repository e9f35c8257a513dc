// Lists of jobs: what jobs of a workspace and imports have in common.
#pragma once

#include "api/call.h"
#include "app/job.h"
#include "base/error.h"
#include "json/writer.h"

// status, kind, limit and cursor into the filter, which asks for one job more than the page shows.
enum status job_query_read(struct api_call *call, struct job_filter *filter);

// {"<name>": […], "next_cursor"}.
void job_query_reply(struct api_call *call, const char *name, const struct job_filter *filter,
                     const struct job_list *list, void (*put)(struct json_writer *w, const struct job *job));
