import { ActionIcon, Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Import, ImportResult } from '~/api/client';
import { isEnded } from '~/api/completed';
import { cancelImport, importsKey, importsQuery } from '~/api/imports';
import type { Column } from '~/components/DataTable';
import { Icon } from '~/components/Icon';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { useNames } from '~/features/categories/useNames';
import { formatBytes, formatInteger } from '~/lib/format';
import { isInterval } from '~/lib/interval';
import { toastError } from '~/lib/toast';
import classes from './ImportsTab.module.css';
import page from './JobsPage.module.css';
import { PhoneLine, Progress, stateColumns, timeColumns } from './jobColumns';
import { StatusFilter } from './StatusFilter';
import { UploadPanel } from './UploadPanel';

const route = getRouteApi('/w/$ws/jobs');

export function ImportsTab() {
  const { ws } = route.useParams();
  const { status } = route.useSearch();
  const navigate = route.useNavigate();
  const nameOf = useNames(ws);
  const list = useInfiniteQuery(importsQuery(status));
  const filter = (next: typeof status) =>
    void navigate({ search: (old) => ({ ...old, status: next }), replace: true });
  return (
    <>
      <UploadPanel />
      <search className={page.filters}>
        <StatusFilter status={status} onChange={filter} />
      </search>
      <PagedTable
        label="Imports"
        pages={list}
        columns={importColumns(ws, nameOf)}
        rows={list.data?.pages.flatMap(({ rows }) => rows) ?? []}
        rowKey={({ id }) => id}
        rowHeight={44}
        empty={
          status ? (
            <EmptyState icon="search" title="No import is in this state">
              <Button variant="default" onClick={() => filter(undefined)}>
                Reset filters
              </Button>
            </EmptyState>
          ) : (
            <EmptyState icon="upload" title="No file was uploaded yet">
              <p className="dim" style={{ margin: 0 }}>
                What <code>tlab import</code> stored from the command line is not listed here.
              </p>
            </EmptyState>
          )
        }
      />
    </>
  );
}

const importColumns = (ws: string, nameOf: (id: string) => string): Column<Import>[] => [
  {
    key: 'filename',
    header: 'File',
    cell: (file) => (
      <span className={page.job}>
        <span className={classes.name} title={`${formatInteger(file.bytes)} bytes`}>
          {file.filename} <span className="dim num">{formatBytes(file.bytes)}</span>
        </span>
        <PhoneLine job={file} />
        <span className={classes.phone}>{file.result && <Result ws={ws} result={file.result} />}</span>
      </span>
    ),
  },
  ...stateColumns().slice(0, 1),
  {
    key: 'result',
    header: 'Result',
    wide: true,
    cell: (file) => (file.result ? <Result ws={ws} result={file.result} /> : <Progress job={file} />),
  },
  ...timeColumns(nameOf),
  {
    key: 'actions',
    header: 'Actions',
    headerHidden: true,
    align: 'right',
    cell: (file) => !isEnded(file.status) && <CancelImport file={file} />,
  },
];

/** What came of a file: the series, the rows, and what was odd about it. */
function Result({ ws, result }: { ws: string; result: ImportResult }) {
  const { symbol, interval, notices } = result;
  const counts: [count: number, what: string][] = [
    [result.rows_added, 'added'],
    [result.rows_unchanged, 'unchanged'],
    [result.rows_revised, 'revised'],
    [result.rows_left_out, 'left out'],
  ];
  return (
    <div className={classes.result}>
      {symbol === null || interval === null ? (
        <span className="dim">no candles in it</span>
      ) : (
        <Link
          to="/w/$ws/chart"
          params={{ ws }}
          search={{ symbol, interval: isInterval(interval) ? interval : undefined }}
        >
          {symbol} {interval}
        </Link>
      )}
      {counts.map(([count, what]) => (
        <span key={what} className={count === 0 ? 'dim' : undefined}>
          {formatInteger(count)} {what}
        </span>
      ))}
      {notices.length > 0 && (
        <details>
          <summary>{notices.length === 1 ? '1 notice' : `${notices.length} notices`}</summary>
          <ul>
            {notices.map((notice) => (
              <li key={notice}>{notice}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function CancelImport({ file }: { file: Import }) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelImport(file.id),
    onError: (error) => toastError('Could not cancel', error),
    onSettled: () => client.invalidateQueries({ queryKey: importsKey }),
  });
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      title="Cancel"
      aria-label={`Cancel ${file.filename}`}
      loading={cancel.isPending}
      disabled={file.cancel_requested}
      onClick={() => cancel.mutate()}
    >
      <Icon name="close" size={15} />
    </ActionIcon>
  );
}
