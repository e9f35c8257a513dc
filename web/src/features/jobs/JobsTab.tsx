import { Button, Select } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { JobKind } from '~/api/client';
import { jobsQuery, unfinished } from '~/api/jobs';
import { LinkButton } from '~/components/LinkButton';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { useNames } from '~/features/categories/useNames';
import classes from './JobsPage.module.css';
import { countText } from './JobsTray';
import { jobColumns, KINDS } from './jobColumns';
import { StatusFilter } from './StatusFilter';
import { useBoard } from './useJobs';

const route = getRouteApi('/w/$ws/jobs');

export function JobsTab() {
  const { ws } = route.useParams();
  const { status, kind } = route.useSearch();
  const navigate = route.useNavigate();
  const nameOf = useNames(ws);
  const board = useBoard(ws);
  const list = useInfiniteQuery(jobsQuery(ws, { status, kind }));
  const places = new Map(board?.map(({ id, queue_position }) => [id, queue_position]));
  const rows = (list.data?.pages ?? [])
    .flatMap((page) => page.rows)
    .map((job) => ({ ...job, queue_position: places.get(job.id) ?? job.queue_position }));
  const going = unfinished(board);
  const running = going.filter((job) => job.status === 'running').length;
  const change = (next: { status?: typeof status; kind?: typeof kind }) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });

  return (
    <>
      <search className={classes.filters}>
        <StatusFilter status={status} onChange={(value) => change({ status: value })} />
        <Select
          aria-label="Kind"
          placeholder="Any kind"
          data={Object.entries(KINDS).map(([value, label]) => ({ value, label }))}
          value={kind ?? null}
          clearable
          w={150}
          onChange={(value) => change({ kind: (value as JobKind | null) ?? undefined })}
        />
        <span className={classes.count}>{countText(running, going.length - running)}</span>
      </search>
      <PagedTable
        label="Jobs"
        pages={list}
        columns={jobColumns(ws, nameOf)}
        rows={rows}
        rowKey={({ id }) => id}
        rowHeight={44}
        empty={
          status || kind ? (
            <EmptyState icon="search" title="No job fits these filters">
              <Button variant="default" onClick={() => change({ status: undefined, kind: undefined })}>
                Reset filters
              </Button>
            </EmptyState>
          ) : (
            <EmptyState icon="queue" title="No jobs in this workspace yet">
              <p className="dim" style={{ margin: 0 }}>
                Every backtest is a job: it goes on when you leave the page, and shows here.
              </p>
              <LinkButton to="/w/$ws/backtests/new" params={{ ws }}>
                New backtest
              </LinkButton>
            </EmptyState>
          )
        }
      />
    </>
  );
}
