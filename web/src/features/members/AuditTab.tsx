import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { AuditEntry } from '~/api/client';
import { type AuditFilter, auditQuery, membersQuery } from '~/api/members';
import type { Column } from '~/components/DataTable';
import { Icon } from '~/components/Icon';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { downloadCsv } from '~/lib/download';
import { formatDate, formatDateTime, isoSeconds, parseDate, zoneLabel } from '~/lib/time';
import { toastError } from '~/lib/toast';
import { useZone } from '~/lib/useZone';
import page from '../account/Settings.module.css';
import { ACTIONS, describeDetail, describeVia } from './auditWords';
import classes from './Members.module.css';

const route = getRouteApi('/w/$ws/members');
const DAY_S = 86_400;
const CSV_ROWS = 1000;

/** Who did what in the workspace, newest first. */
export function AuditTab() {
  const { ws } = route.useParams();
  const { action, actor, outcome, from, to } = route.useSearch();
  const filter: AuditFilter = { action, actor_id: actor, outcome, from, to };
  const list = useInfiniteQuery(auditQuery(ws, filter));
  const [zone] = useZone();
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const save = useMutation({
    mutationFn: () =>
      downloadCsv(`/api/v1/workspaces/${ws}/audit`, 'audit.csv', { ...filter, limit: CSV_ROWS }),
    onError: (error) => toastError('Could not export the audit log', error),
  });
  return (
    <>
      <search className={page.row}>
        <Filters />
        <Button
          variant="default"
          data-end
          leftSection={<Icon name="download" size={15} />}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          CSV
        </Button>
      </search>
      <PagedTable
        label="Audit log"
        pages={list}
        columns={columns((iso) => formatDateTime(isoSeconds(iso), zone), zoneLabel(zone))}
        rows={list.data?.pages.flatMap(({ entries }) => entries) ?? []}
        rowKey={({ number }) => String(number)}
        rowHeight={44}
        empty={
          <EmptyState
            icon="search"
            title={isFiltered ? 'Nothing fits these filters' : 'Nothing was done yet'}
          />
        }
      />
    </>
  );
}

function Filters() {
  const { ws } = route.useParams();
  const { action = '', actor = '', outcome = '', from, to } = route.useSearch();
  const { data: members = [] } = useQuery(membersQuery(ws));
  const navigate = route.useNavigate();
  const set = (change: Record<string, string | number | undefined>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const actions = ACTIONS.some((known) => known === action) || action === '' ? ACTIONS : [action, ...ACTIONS];
  return (
    <>
      <NativeSelect
        aria-label="Action"
        value={action}
        onChange={(event) => set({ action: event.currentTarget.value || undefined })}
        data={[{ value: '', label: 'All actions' }, ...actions]}
      />
      <NativeSelect
        aria-label="Who"
        value={actor}
        onChange={(event) => set({ actor: event.currentTarget.value || undefined })}
        data={[
          { value: '', label: 'Everybody' },
          ...members.map(({ user_id, display_name }) => ({ value: user_id, label: display_name })),
        ]}
      />
      <NativeSelect
        aria-label="Outcome"
        value={outcome}
        onChange={(event) => set({ outcome: event.currentTarget.value || undefined })}
        data={[
          { value: '', label: 'All outcomes' },
          { value: 'ok', label: 'done' },
          { value: 'failed', label: 'failed' },
          { value: 'denied', label: 'refused' },
        ]}
      />
      <Day label="From (UTC)" seconds={from} onChange={(value) => set({ from: value })} />
      <Day
        label="To (UTC)"
        seconds={to === undefined ? undefined : to - DAY_S}
        onChange={(value) => set({ to: value === undefined ? undefined : value + DAY_S })}
      />
    </>
  );
}

interface DayProps {
  label: string;
  seconds: number | undefined;
  onChange: (seconds: number | undefined) => void;
}

function Day({ label, seconds, onChange }: DayProps) {
  return (
    <TextInput
      type="date"
      aria-label={label}
      title={label}
      value={seconds === undefined ? '' : formatDate(seconds)}
      onChange={(event) => onChange(parseDate(event.currentTarget.value))}
    />
  );
}

const columns = (time: (iso: string) => string, zone: string): Column<AuditEntry>[] => [
  {
    key: 'time',
    header: `Time (${zone})`,
    cell: ({ created_at }) => <span className="num">{time(created_at)}</span>,
  },
  {
    key: 'what',
    header: 'What',
    cell: (entry) => (
      <span className={page.cell}>
        <strong>
          {entry.action}{' '}
          {entry.outcome !== 'ok' && (
            <em className={page.tag} data-warn>
              {entry.outcome === 'denied' ? 'refused' : entry.outcome}
            </em>
          )}
        </strong>
        <span>{entry.actor_email || 'nobody signed in'}</span>
        <span className={page.phone}>{describeDetail(entry)}</span>
      </span>
    ),
  },
  {
    key: 'detail',
    header: 'Details',
    wide: true,
    cell: (entry) => <span className={classes.detail}>{describeDetail(entry) || '–'}</span>,
  },
  {
    key: 'from',
    header: 'From',
    wide: true,
    cell: (entry) => (
      <span className={page.cell} title={`request ${entry.request_id}`}>
        {entry.address || '–'}
        <span>{describeVia(entry.via)}</span>
      </span>
    ),
  },
];
