import { ActionIcon } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { Scan, ScanRow } from '~/api/client';
import { Gated } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { PanelBoundary } from '~/components/PanelBoundary';
import { SkeletonBlock } from '~/components/States';
import { formatNumber } from '~/lib/format';
import { type Interval, isInterval } from '~/lib/interval';
import { type ConditionName, conditionText } from './conditions';
import { averagesOf } from './filters';
import classes from './Scanner.module.css';
import { SCORE_PARTS } from './ScoreBar';

const SideChart = lazy(() => import('./SideChart').then(({ SideChart: loaded }) => ({ default: loaded })));

interface Props {
  ws: string;
  scan: Scan;
  /** The series that is looked at, and its row: null where it was not scanned, undefined while that is not known. */
  symbol: string;
  row: ScanRow | null | undefined;
  onClose: () => void;
}

/** The chart of the row that is looked at, and why it stands where it stands. */
export function ScanSide({ ws, scan, symbol, row, onClose }: Props) {
  const interval: Interval = isInterval(scan.interval) ? scan.interval : '1d';
  const ind = averagesOf(scan.parameters);
  return (
    <aside className={classes.side} aria-label={`${symbol}, looked at`}>
      <header className={classes.sideHead}>
        <h2>{symbol}</h2>
        <span className={classes.spring} />
        <LinkButton
          size="compact-xs"
          to="/w/$ws/chart"
          params={{ ws }}
          search={{ symbol, interval, ind }}
          title="Enter"
        >
          Open chart
        </LinkButton>
        <LinkButton
          size="compact-xs"
          variant="default"
          to="/w/$ws/backtests/new"
          params={{ ws }}
          search={{ symbol, interval }}
          title="b"
        >
          Backtest
        </LinkButton>
        <Gated needs="trader">
          <LinkButton
            size="compact-xs"
            variant="default"
            to="/w/$ws/plans/new"
            params={{ ws }}
            search={{ symbol, tag: 'scanner' }}
            title="p"
          >
            Plan
          </LinkButton>
        </Gated>
        <ActionIcon variant="subtle" color="gray" aria-label="Close the chart" title="Esc" onClick={onClose}>
          <Icon name="close" size={15} />
        </ActionIcon>
      </header>
      <div className={classes.stage}>
        <PanelBoundary resetKey={symbol}>
          <Suspense fallback={<SkeletonBlock height="100%" />}>
            <SideChart symbol={symbol} interval={interval} ind={ind} />
          </Suspense>
        </PanelBoundary>
      </div>
      {row && <Parts scan={scan} row={row} />}
      {row && <Conditions scan={scan} row={row} />}
      {row === null && (
        <p className={classes.none}>
          Not looked at: too few candles, none of the last bar, or below the volume asked for.
        </p>
      )}
    </aside>
  );
}

/** The score in its parts, each against the most it can bring. */
function Parts({ scan, row }: Pick<Props, 'scan'> & { row: ScanRow }) {
  return (
    <dl className={classes.parts} aria-label="Parts of the score">
      {SCORE_PARTS.map(([name, label]) => {
        const weight = scan.score_parts.find((part) => part.name === name)?.weight ?? 0;
        const value = row.score_parts[name];
        return (
          <div key={name}>
            <dt>{label}</dt>
            <dd>
              <span className={classes.scoreBar} aria-hidden="true">
                <span data-part={name} style={{ width: `${weight > 0 ? (100 * value) / weight : 0}%` }} />
              </span>
              {formatNumber(value, { decimals: 1 })} of {weight}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Conditions({ scan, row }: Pick<Props, 'scan'> & { row: ScanRow }) {
  return (
    <ul className={classes.conditions} aria-label="Conditions">
      {(Object.keys(row.conditions) as ConditionName[]).map((name) => {
        const holds = row.conditions[name];
        return (
          <li key={name} className={holds ? undefined : classes.fails}>
            <Icon name={holds ? 'check' : 'close'} size={13} />
            <span className="visually-hidden">{holds ? 'holds: ' : 'fails: '}</span>
            {conditionText(name, scan)}
          </li>
        );
      })}
    </ul>
  );
}
