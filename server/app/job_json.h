// A job as JSON: the schema Job of the API, in answers and in events.
#pragma once

#include "store/job_store.h"
#include "json/writer.h"

void job_json_put(struct json_writer *w, const struct job *job);

// The members that every kind of job has, inside an object that has begun.
void job_json_put_members(struct json_writer *w, const struct job *job);

// {"code", "detail"}, or null: why the last attempt failed.
void job_json_put_error(struct json_writer *w, struct str code, struct str detail);
