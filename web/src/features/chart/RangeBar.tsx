import { UnstyledButton } from '@mantine/core';
import { useRef } from 'react';
import { formatInteger } from '~/lib/format';
import { type Interval, intervalSeconds, isDaily } from '~/lib/interval';
import type { Store } from '~/lib/store';
import { formatBarTime, formatDate, parseDate, timeParts, type Zone, zoneLabel } from '~/lib/time';
import classes from './RangeBar.module.css';
import type { Series } from './series';
import type { ChartState } from './useChartState';

const DAY_S = 86400;

/** First moment of each range, seen from the newest bar. */
const RANGES: { name: string; from: (last: number) => number; isShort?: boolean }[] = [
  { name: '1D', from: (last) => last - DAY_S, isShort: true },
  { name: '5D', from: (last) => last - 5 * DAY_S, isShort: true },
  { name: '1M', from: (last) => last - 30 * DAY_S },
  { name: '3M', from: (last) => last - 91 * DAY_S },
  { name: '6M', from: (last) => last - 182 * DAY_S },
  { name: 'YTD', from: (last) => Date.UTC(timeParts(last, 'utc').year, 0, 1) / 1000 },
  { name: '1Y', from: (last) => last - 365 * DAY_S },
  { name: 'All', from: () => 0 },
];

/** Before the first trade of anything. */
const FIRST_DAY = '2009-01-01';
/** As many bars as are seen around a day that was asked for, and at most: of all history a part. */
const AROUND_BARS = 120;
const AROUND_BARS_MAX = 500;

interface Props {
  series: Series;
  interval: Interval;
  zone: Zone;
  state: ChartState;
  hasOlder: boolean;
  /** When the series begins. */
  begins: () => number | undefined;
  /** Opening times of the first and the last bar in view. */
  first: Store<number | undefined>;
  last: Store<number | undefined>;
}

export function RangeBar(props: Props) {
  const { series, interval, zone, state, hasOlder, begins } = props;
  const { time } = series.columns;
  const last = time[time.length - 1];
  const { search, change } = state;
  const field = useRef<HTMLInputElement>(null);
  const goTo = (date: string) => {
    const day = parseDate(date);
    if (day === undefined) return;
    const bar = intervalSeconds(interval);
    const asked = search.from !== undefined && search.to !== undefined && search.to - search.from;
    const shown = asked || (props.last.get() ?? 0) - (props.first.get() ?? 0) || AROUND_BARS * bar;
    const half = Math.ceil(Math.min(shown, AROUND_BARS_MAX * bar) / 2);
    const middle = Math.max(day, (begins() ?? 0) + half);
    change({ from: middle - half, to: middle + half }, true);
  };
  const chosen = RANGES.find(
    ({ from }) => last !== undefined && search.to === last && search.from === from(last),
  );
  return (
    <div className={classes.bar}>
      {search.view !== 'table' && (
        <div className={classes.ranges} role="group" aria-label="Visible range">
          {RANGES.filter(({ isShort }) => !isShort || !isDaily(interval)).map(({ name, from }) => (
            <UnstyledButton
              key={name}
              className={classes.range}
              aria-pressed={chosen?.name === name}
              onClick={() => last !== undefined && change({ from: from(last), to: last })}
            >
              {name}
            </UnstyledButton>
          ))}
          <input
            ref={field}
            type="date"
            className={classes.date}
            aria-label="Go to date"
            title="Go to date"
            // while a year is being typed it is 0002, 0020 and 0202
            min={FIRST_DAY}
            max={last && formatDate(last)}
            onChange={({ currentTarget }) => currentTarget.validity.valid && goTo(currentTarget.value)}
          />
          {search.from !== undefined && (
            <UnstyledButton
              className={classes.range}
              onClick={() => {
                if (field.current) field.current.value = ''; // to be asked for the same day again
                change({ from: undefined, to: undefined });
              }}
            >
              Newest
            </UnstyledButton>
          )}
        </div>
      )}
      {last !== undefined && (
        <p className={classes.note}>
          {series.resampledFrom && <span>made of {series.resampledFrom} bars</span>}
          <span className="num">
            {formatInteger(time.length)} bars{hasOlder ? ' loaded' : ''}
          </span>
          <span className="num">
            data to {formatBarTime(last, interval, zone)} {zoneLabel(zone)}
          </span>
        </p>
      )}
    </div>
  );
}
