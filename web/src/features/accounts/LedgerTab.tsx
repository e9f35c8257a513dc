import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ledgerQuery } from '~/api/accounts';
import type { LedgerEntry } from '~/api/client';
import type { Column } from '~/components/DataTable';
import { Icon } from '~/components/Icon';
import { Gain, Money } from '~/components/Money';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import classes from '~/features/plans/Paper.module.css';
import { downloadCsv } from '~/lib/download';
import { formatExact, formatMoney, formatPriceText } from '~/lib/money';
import { formatDateTime, isoSeconds, type Zone, zoneLabel } from '~/lib/time';
import { toastError } from '~/lib/toast';
import { useZone } from '~/lib/useZone';

export type LedgerKind = LedgerEntry['kind'];

const KINDS: Record<LedgerKind, string> = {
  deposit: 'Deposit',
  withdrawal: 'Withdrawal',
  reset: 'Reset',
  fill: 'Fill',
};

interface Props {
  ws: string;
  id: string;
  kind: LedgerKind | undefined;
  onKind: (kind: LedgerKind | undefined) => void;
}

/** The journal: entries are only ever added. */
export function LedgerTab({ ws, id, kind, onKind }: Props) {
  const [zone] = useZone();
  const ledger = useInfiniteQuery(ledgerQuery(ws, id, { kind }));
  const save = () =>
    downloadCsv(`/api/v1/workspaces/${ws}/accounts/${id}/ledger`, `${id}-ledger.csv`, {
      kind,
      limit: 1000,
    }).catch((error: unknown) => toastError('Could not export', error));
  return (
    <>
      <div className="ui-apart">
        <NativeSelect
          aria-label="Kind of entry"
          value={kind ?? ''}
          data={[
            { value: '', label: 'All entries' },
            ...Object.entries(KINDS).map(([value, label]) => ({ value, label })),
          ]}
          onChange={({ currentTarget: { value } }) => onKind((value || undefined) as LedgerKind | undefined)}
        />
        <Button
          variant="default"
          leftSection={<Icon name="download" size={15} />}
          title="A line for each posting, with all digits"
          onClick={() => void save()}
        >
          Postings, CSV
        </Button>
      </div>
      <PagedTable
        label="Ledger"
        pages={ledger}
        columns={columnsOf(ws, zone)}
        rows={ledger.data?.pages.flatMap((page) => page.entries) ?? []}
        rowKey={({ number }) => number}
        rowHeight={40}
        empty={<EmptyState icon="list" title="There is no such entry" />}
      />
    </>
  );
}

function what({ kind, side, quantity, symbol, price, note }: LedgerEntry): string {
  if (side === null) return note ? `${KINDS[kind]}: ${note}` : KINDS[kind];
  return `${side === 'buy' ? 'Bought' : 'Sold'} ${formatExact(quantity)} ${symbol} at ${formatPriceText(price)}`;
}

const columnsOf = (ws: string, zone: Zone): Column<LedgerEntry>[] => [
  {
    key: 'what',
    header: 'What',
    cell: (entry) => (
      <span className="ui-name">
        <strong>{what(entry)}</strong>
        <span>
          {formatDateTime(isoSeconds(entry.created_at), zone)} {zoneLabel(zone)}
        </span>
        <span className={classes.only}>
          {entry.fee && `Fee ${formatMoney(entry.fee)} · `}cash after {formatMoney(entry.cash_after)}
        </span>
      </span>
    ),
  },
  { key: 'number', header: 'Entry', align: 'right', wide: true, cell: ({ number }) => number },
  {
    key: 'plan',
    header: 'Of',
    wide: true,
    cell: ({ trade_plan_id, order_id }) =>
      trade_plan_id ? (
        <Link to="/w/$ws/plans/$id" params={{ ws, id: trade_plan_id }}>
          a plan
        </Link>
      ) : (
        order_id && 'an order'
      ),
  },
  {
    key: 'postings',
    header: 'Postings',
    hint: 'The double entry: of each asset it sums to 0',
    wide: true,
    cell: ({ postings }) => (
      <ul className={`ui-list ${classes.postings}`}>
        {postings.map(({ book, asset, amount }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the postings of an entry never change
          <li key={index}>
            {book} {formatExact(amount)} <span className="dim">{asset}</span>
          </li>
        ))}
      </ul>
    ),
  },
  { key: 'fee', header: 'Fee', align: 'right', wide: true, cell: ({ fee }) => fee && <Money value={fee} /> },
  { key: 'cash', header: 'Cash', align: 'right', cell: ({ cash }) => <Gain value={cash} /> },
  {
    key: 'after',
    header: 'Cash after',
    align: 'right',
    wide: true,
    cell: ({ cash_after }) => <Money value={cash_after} />,
  },
];
