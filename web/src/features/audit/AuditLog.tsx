import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Fragment } from 'react';
import type { AuditFilter, AuditQuery } from '~/api/audit';
import type { AuditEntry } from '~/api/client';
import type { Column } from '~/components/DataTable';
import { Icon } from '~/components/Icon';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { downloadCsv } from '~/lib/download';
import { formatDate, formatDateTime, isoSeconds, parseDate, zoneLabel } from '~/lib/time';
import { toastError } from '~/lib/toast';
import { useZone } from '~/lib/useZone';
import page from '../account/Settings.module.css';
import classes from './AuditLog.module.css';
import { describeDetail, describeVia } from './auditWords';

const DAY_S = 86_400;
const CSV_ROWS = 1000;

/** What the address holds of it. */
export interface AuditSearch {
  action?: string;
  actor?: string;
  about?: string;
  outcome?: 'ok' | 'failed' | 'denied';
  from?: number;
  to?: number;
}

export const auditFilter = ({ actor, about, ...rest }: AuditSearch): AuditFilter => ({
  ...rest,
  actor_id: actor,
  object_id: about,
});

interface FilterProps {
  search: AuditSearch;
  onSearch: (change: AuditSearch) => void;
  /** What may have been done, for choosing from. */
  actions: readonly string[];
  /** Who may have done it, or had it done to them. */
  people: readonly { id: string; name: string }[];
}

interface Props extends FilterProps {
  query: AuditQuery;
  /** Where the same list is written as CSV. */
  csv: { path: string; name: string };
}

/** Who did what, newest first: of a workspace, or of the server. */
export function AuditLog({ query, csv, ...filters }: Props) {
  const filter = auditFilter(filters.search);
  const list = useInfiniteQuery(query);
  const [zone] = useZone();
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const save = useMutation({
    mutationFn: () => downloadCsv(csv.path, csv.name, { ...filter, limit: CSV_ROWS }),
    onError: (error) => toastError('Could not export the audit log', error),
  });
  return (
    <>
      <search className={page.row}>
        <Filters {...filters} />
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

/** Where there is more than one thing of a kind, all of them can be asked for together. */
function choices(actions: readonly string[], chosen: string) {
  const kinds = [...new Set(actions.map((action) => action.split('.')[0] ?? ''))];
  const listed = kinds.flatMap((kind) => {
    const own = actions.filter((action) => action.startsWith(`${kind}.`));
    return own.length > 1 ? [{ value: kind, label: `${kind}: everything` }, ...own] : own;
  });
  const isListed = chosen === '' || kinds.includes(chosen) || actions.includes(chosen);
  return [{ value: '', label: 'All actions' }, ...(isListed ? [] : [chosen]), ...listed];
}

function Filters({ search, onSearch, actions, people }: FilterProps) {
  const { action = '', outcome = '', from, to } = search;
  return (
    <>
      <NativeSelect
        aria-label="Action"
        value={action}
        onChange={(event) => onSearch({ action: event.currentTarget.value || undefined })}
        data={choices(actions, action)}
      />
      <Person
        label="By whom"
        all="By everybody"
        named="by"
        id={search.actor}
        people={people}
        onChoose={(actor) => onSearch({ actor })}
      />
      <Person
        label="To whom"
        all="To anybody"
        named="to"
        id={search.about}
        people={people}
        onChoose={(about) => onSearch({ about })}
      />
      <NativeSelect
        aria-label="Outcome"
        value={outcome}
        onChange={(event) =>
          onSearch({ outcome: (event.currentTarget.value || undefined) as AuditSearch['outcome'] })
        }
        data={[
          { value: '', label: 'All outcomes' },
          { value: 'ok', label: 'done' },
          { value: 'failed', label: 'failed' },
          { value: 'denied', label: 'refused' },
        ]}
      />
      <Day label="From (UTC)" seconds={from} onChange={(value) => onSearch({ from: value })} />
      <Day
        label="To (UTC)"
        seconds={to === undefined ? undefined : to - DAY_S}
        onChange={(value) => onSearch({ to: value === undefined ? undefined : value + DAY_S })}
      />
    </>
  );
}

interface PersonProps {
  label: string;
  all: string;
  /** What stands before a name that is chosen. */
  named: string;
  id: string | undefined;
  people: FilterProps['people'];
  onChoose: (id: string | undefined) => void;
}

function Person({ label, all, named, id = '', people, onChoose }: PersonProps) {
  const isKnown = id === '' || people.some((person) => person.id === id);
  return (
    <NativeSelect
      aria-label={label}
      value={id}
      onChange={(event) => onChoose(event.currentTarget.value || undefined)}
      data={[
        { value: '', label: all },
        ...(isKnown ? [] : [id]),
        ...people.map((person) => ({ value: person.id, label: `${named} ${person.name}` })),
      ]}
    />
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

/** Each part by itself: what somebody typed may turn the letters around, and is not to turn the rest. */
function Detail({ entry }: { entry: AuditEntry }) {
  const parts = describeDetail(entry);
  if (parts.length === 0) return '–';
  return parts.map((part, i) => (
    <Fragment key={part}>
      {i > 0 && ', '}
      <bdi>{part}</bdi>
    </Fragment>
  ));
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
        <span className={page.phone}>
          <Detail entry={entry} />
        </span>
      </span>
    ),
  },
  {
    key: 'detail',
    header: 'Details',
    wide: true,
    cell: (entry) => (
      <span className={classes.detail}>
        <Detail entry={entry} />
      </span>
    ),
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
