import { UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { createPortal } from 'react-dom';
import { describeError } from '~/api/problem';
import { Icon } from '~/components/Icon';
import { Change } from '~/components/Num';
import { formatCompact, formatInteger, formatNumber, formatPrice } from '~/lib/format';
import type { Interval } from '~/lib/interval';
import { type Store, useStore } from '~/lib/store';
import { formatBarTime, type Zone } from '~/lib/time';
import { changeSince, firstBar } from './compared';
import { comparedColor } from './compareOverlay';
import {
  INDICATORS,
  type Indicator,
  indicatorId,
  indicatorLabel,
  isOfPrice,
  type Line,
  readingText,
} from './indicators';
import classes from './Legend.module.css';
import { ownColor } from './priceChart';
import { barAt, type Series } from './series';
import type { Compared } from './useCompared';

interface Props {
  series: Series;
  indicators: Indicator[];
  /** Where those are drawn that have a pane of their own, by id. */
  panes: ReadonlyMap<string, Element> | undefined;
  interval: Interval;
  zone: Zone;
  decimals: number;
  point: Store<number | undefined>;
  /** Opening times of the first and the last bar in view. */
  first: Store<number | undefined>;
  last: Store<number | undefined>;
  symbol: string;
  compared: Compared[];
  onUncompare: (symbol: string) => void;
  /** Beside what is drawn, at the end. */
  children?: ReactNode;
  onEdit: () => void;
  onRemove: (id: string) => void;
}

/** More than these hide the candles behind them. */
const SHOWN = 4;
const SHOWN_ON_PHONE = 2;

/** The numbers of the bar under the crosshair; of the last one in view, as the chart's own label, where none is. */
export function Legend({
  series,
  indicators,
  panes,
  interval,
  zone,
  decimals,
  point,
  first,
  last,
  symbol,
  compared,
  onUncompare,
  onEdit,
  onRemove,
  children,
}: Props) {
  const [isOpen, setOpen] = useState(false);
  const isPhone = useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false });
  const { time, open, high, low, close, volume } = series.columns;
  const pointed = useStore(point);
  const inView = useStore(last);
  const edge = barAt(time, useStore(first) ?? 0);
  const bar = Math.max(0, barAt(time, pointed ?? inView ?? Number.POSITIVE_INFINITY));
  const previous = close[bar - 1];
  const change = previous ? (close[bar] ?? 0) / previous - 1 : null;
  const prices = [
    ['O', open[bar]],
    ['H', high[bar]],
    ['L', low[bar]],
    ['C', close[bar]],
  ] as const;

  const paneOf = (indicator: Indicator) => panes?.get(indicatorId(indicator));
  // Those that have a pane of their own stand in it.
  const above = indicators.filter(
    (one) => INDICATORS[one.kind].pane !== 'own' && !(compared.length > 0 && isOfPrice(one)),
  );
  const isMany = above.length > (isPhone ? SHOWN_ON_PHONE : SHOWN);
  const isFolded = isMany && !isOpen;
  const chip = (indicator: Indicator) => {
    const id = indicatorId(indicator);
    const label = indicatorLabel(indicator);
    return (
      <div key={id} className={classes.chip}>
        <UnstyledButton className={classes.edit} onClick={onEdit} aria-label={`Edit ${label}`}>
          <span className={classes.dot} style={{ background: ownColor(indicators.indexOf(indicator)) }} />
          {label}
        </UnstyledButton>
        <span className="num">{readingText(series.lines.get(id) ?? [], bar, indicator, decimals)}</span>
        <UnstyledButton
          className={classes.remove}
          onClick={() => onRemove(id)}
          aria-label={`Remove ${label}`}
        >
          <Icon name="close" size={12} />
        </UnstyledButton>
      </div>
    );
  };

  return (
    <div className={classes.legend}>
      <div className={classes.prices}>
        <span className="num">{formatBarTime(time[bar] ?? 0, interval, zone)}</span>
        {prices.map(([name, value]) => (
          <span key={name} className="num">
            <span className={classes.name}>{name}</span> {formatPrice(value, decimals)}
          </span>
        ))}
        <Change value={change} />
        {(volume[bar] ?? 0) > 0 && (
          <span className="num" title={formatNumber(volume[bar])}>
            <span className={classes.name}>Vol</span> {formatCompact(volume[bar])}
          </span>
        )}
        {series.members.length > 0 && (
          <span className="num" title="Symbols of the category that have this bar and the one before it">
            <span className={classes.name}>Members</span> {formatInteger(series.members[bar])}
          </span>
        )}
      </div>
      {compared.length > 0 && (
        <div className={classes.chip}>
          {symbol}
          <Change value={changeSince(close, edge, bar)} />
        </div>
      )}
      {compared.map(({ symbol: name, line, error }, position) => (
        <div key={name} className={classes.chip}>
          <span className={classes.dot} style={{ background: comparedColor(position) }} />
          {name}
          {error ? (
            <span className="dim" title={describeError(error).detail}>
              no candles
            </span>
          ) : (
            <>
              <Change value={changeSince(line, edge, bar)} />
              <Since line={line} edge={edge} bar={bar} time={time} interval={interval} zone={zone} />
            </>
          )}
          <UnstyledButton
            className={classes.remove}
            onClick={() => onUncompare(name)}
            aria-label={`Compare with ${name} no more`}
          >
            <Icon name="close" size={12} />
          </UnstyledButton>
        </div>
      ))}
      {!isFolded && above.map(chip)}
      {isMany && (
        <UnstyledButton
          className={`${classes.chip} ${classes.edit}`}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Fewer' : `${above.length} indicators`}
        </UnstyledButton>
      )}
      {indicators.map((indicator) => {
        const pane = paneOf(indicator);
        return (
          pane &&
          createPortal(<div className={classes.own}>{chip(indicator)}</div>, pane, indicatorId(indicator))
        );
      })}
      {children}
    </div>
  );
}

interface SinceProps extends Pick<Props, 'interval' | 'zone'> {
  line: Line;
  edge: number;
  bar: number;
  time: readonly number[];
}

/** From when on a series counts that began later than the others in view; that it has nothing there, if so. */
function Since({ line, edge, bar, time, interval, zone }: SinceProps) {
  const first = firstBar(line, edge, bar);
  if (line.length === 0 || first <= Math.max(0, edge)) return null;
  const hasBegun = (line[first] ?? null) !== null;
  return (
    <span className="dim">
      {hasBegun ? `since ${formatBarTime(time[first] ?? 0, interval, zone)}` : 'no bar here'}
    </span>
  );
}
