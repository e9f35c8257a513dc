import { useMemo } from 'react';
import { type Column, DataTable } from '~/components/DataTable';
import { Change } from '~/components/Num';
import { formatNumber, formatPrice } from '~/lib/format';
import type { Interval } from '~/lib/interval';
import { formatBarTime, type Zone, zoneLabel } from '~/lib/time';
import { INDICATORS, type Indicator, indicatorId, indicatorLabel, indicatorText } from './indicators';
import type { Series } from './series';
import type { Compared } from './useCompared';

interface Props {
  series: Series;
  indicators: Indicator[];
  interval: Interval;
  zone: Zone;
  decimals: number;
  /** Other series, by their closes. */
  compared: Compared[];
  onEnd: () => void;
}

/** The same bars as rows, newest first; scrolling down brings older ones. */
export function CandleTable({ series, indicators, interval, zone, decimals, compared, onEnd }: Props) {
  const { time, open, high, low, close, volume } = series.columns;
  const rows = useMemo(() => time.map((_, bar) => time.length - 1 - bar), [time]);

  const price = (key: string, header: string, values: number[], wide = false): Column<number> => ({
    key,
    header,
    align: 'right',
    wide,
    cell: (bar) => formatPrice(values[bar], decimals),
  });
  const columns: Column<number>[] = [
    {
      key: 'time',
      header: `Time (${zoneLabel(zone)})`,
      cell: (bar) => formatBarTime(time[bar] ?? 0, interval, zone),
    },
    price('open', 'Open', open, true),
    price('high', 'High', high, true),
    price('low', 'Low', low, true),
    price('close', 'Close', close),
    {
      key: 'change',
      header: 'Change',
      align: 'right',
      cell: (bar) => {
        const previous = close[bar - 1];
        return <Change value={previous ? (close[bar] ?? 0) / previous - 1 : null} />;
      },
    },
    { key: 'volume', header: 'Volume', align: 'right', wide: true, cell: (bar) => formatNumber(volume[bar]) },
    ...compared.map(
      ({ symbol, line }): Column<number> => ({
        key: `compared ${symbol}`,
        header: symbol,
        align: 'right',
        cell: (bar) => formatPrice(line[bar]),
      }),
    ),
    ...indicators.flatMap((indicator) => indicatorColumns(indicator, series, decimals)),
  ];

  return (
    <DataTable
      label="Candles"
      columns={columns}
      rows={rows}
      rowKey={(bar) => String(time[bar])}
      onEnd={onEnd}
      fill
    />
  );
}

function indicatorColumns(indicator: Indicator, series: Series, decimals: number): Column<number>[] {
  const id = indicatorId(indicator);
  return INDICATORS[indicator.kind].lines.map(({ label }, line) => ({
    key: `${id} ${label}`,
    header: `${indicatorLabel(indicator)} ${label}`.trim(),
    align: 'right',
    cell: (bar) => indicatorText(series.lines.get(id)?.[line]?.[bar], indicator, decimals),
  }));
}
