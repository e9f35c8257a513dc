import { Button } from '@mantine/core';
import type { CompletedBacktest } from '~/api/completed';
import { type Column, DataTable } from '~/components/DataTable';
import { Change } from '~/components/Num';
import { largestOf } from '~/lib/extent';
import { formatInteger } from '~/lib/format';
import { type Contribution, contributionsOf, endsOf, sumOf } from './attribution';
import { RunChartLink } from './RunChartLink';
import { useAsset } from './useAsset';

interface Props {
  backtest: CompletedBacktest;
  /** Every symbol; otherwise the best and the worst, where there are many. */
  all: boolean;
  onAll: (all: boolean) => void;
}

/** Which symbols, and which side, made the result. */
export function AttributionTable({ backtest, all, onAll }: Props) {
  const asset = useAsset(backtest);
  const rows = contributionsOf(backtest.attribution ?? []);
  const ends = endsOf(rows);
  const isCut = ends.length < rows.length;
  if (rows.length === 0) return null;
  return (
    <section className="ui-box" aria-label="Attribution">
      <div className="ui-chart-head">
        <h2>Attribution</h2>
        <p className="ui-legend">
          <span>
            ▲ long <Amount value={sumOf(rows, 'long')} />
          </span>
          <span>
            ▼ short <Amount value={sumOf(rows, 'short')} />
          </span>
          <span>
            together <Amount value={sumOf(rows, 'pnl')} /> {asset}
          </span>
          {!all && isCut && <span>best and worst {ends.length / 2}</span>}
        </p>
        <span className="ui-spring" />
        {isCut && (
          <Button variant="default" size="compact-sm" onClick={() => onAll(!all)}>
            {all ? 'Best and worst' : `All ${formatInteger(rows.length)}`}
          </Button>
        )}
      </div>
      <DataTable
        label="Attribution, table"
        columns={columnsOf(backtest, largestOf(rows.map(({ pnl }) => Math.abs(pnl))))}
        rows={all ? rows : ends}
        rowKey={({ symbol }) => symbol}
      />
    </section>
  );
}

const Amount = ({ value }: { value: number | undefined }) => <Change value={value} as="number" />;

/** To the right of the middle for a gain, to the left for a loss; the figure beside it says the same. */
function Bar({ share }: { share: number }) {
  return (
    <svg
      width={90}
      height={10}
      viewBox="-1 0 2 1"
      preserveAspectRatio="none"
      aria-hidden="true"
      style={{ display: 'block' }}
    >
      <rect
        x={Math.min(0, share)}
        width={Math.abs(share)}
        height={1}
        fill={`var(${share < 0 ? '--down' : '--up'})`}
      />
      <rect x={-0.01} width={0.02} height={1} fill="var(--border-strong)" />
    </svg>
  );
}

function columnsOf(backtest: CompletedBacktest, largest: number): Column<Contribution>[] {
  const { data, request } = backtest;
  return [
    {
      key: 'symbol',
      header: 'Symbol',
      cell: ({ symbol }) => (
        <RunChartLink backtest={backtest} symbol={symbol} range={{ from: data.first, to: data.last }} />
      ),
    },
    {
      key: 'pnl',
      header: 'P&L',
      hint: 'Net of fees',
      align: 'right',
      cell: ({ pnl }) => <Amount value={pnl} />,
    },
    {
      key: 'bar',
      header: 'P&L, bar',
      headerHidden: true,
      cell: ({ pnl }) => <Bar share={largest > 0 ? pnl / largest : 0} />,
    },
    {
      key: 'return',
      header: 'Of capital',
      align: 'right',
      cell: ({ pnl }) => <Change value={pnl / request.initial_capital} />,
    },
    { key: 'long', header: 'Long', align: 'right', cell: ({ long }) => <Amount value={long} /> },
    { key: 'short', header: 'Short', align: 'right', cell: ({ short }) => <Amount value={short} /> },
    {
      key: 'trades',
      header: 'Trades',
      align: 'right',
      wide: true,
      cell: ({ trades }) => formatInteger(trades),
    },
  ];
}
