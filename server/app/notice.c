#include "app/notice.h"

#include "db/db_notice.h"

const char *const NOTICE_CHANNELS[] = {NOTICE_QUEUE, NOTICE_JOB, NOTICE_EVENTS, NULL};

void notice_queue(const struct app *app)
{
    db_notify(app->db, NOTICE_QUEUE, STR(""));
}

void notice_job(const struct app *app, struct str job_id)
{
    db_notify(app->db, NOTICE_JOB, job_id);
}

void notice_events(const struct app *app, struct str log)
{
    db_notify(app->db, NOTICE_EVENTS, log);
}
