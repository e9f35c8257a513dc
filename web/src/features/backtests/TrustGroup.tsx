import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CompletedBacktest } from '~/api/completed';
import { Icon } from '~/components/Icon';
import { holeText } from '~/features/chart/series';
import { formatInteger, formatNumber, NONE } from '~/lib/format';
import { isInterval } from '~/lib/interval';
import classes from './MetricTiles.module.css';
import { useHoles } from './useHoles';
import type { VerifyState } from './useVerify';
import { verdictWords } from './verdict';

interface Props {
  backtest: CompletedBacktest;
  verify: VerifyState;
}

const HASH_SHOWN = 12;

/** What speaks for the result: that it saw no future, from which candles it came, and that it can be repeated. */
export function TrustGroup({ backtest, verify }: Props) {
  const { data, bars, warmup_bars, engine_version, timings, lookahead_difference } = backtest;
  const lines: [string, ReactNode][] = [
    ['Look-ahead', <LookAhead key="check" backtest={backtest} />],
    ['Gaps', <Missing key="missing" backtest={backtest} />],
    ['Bars', `${formatInteger(bars)} + ${formatInteger(warmup_bars)} warm-up`],
    [
      'Candles',
      <code key="hash" title={data.sha256}>
        {data.sha256.slice(0, HASH_SHOWN)}…
      </code>,
    ],
    ['Engine', engine_version],
    ['Computed in', `${formatNumber(timings.run_ms)} ms`],
    ['Run again', <Verified key="verified" verify={verify} />],
  ];
  return (
    <section className={classes.group} aria-label="Trust">
      <h2>Trust</h2>
      <dl>
        {lines.map(([name, value]) => (
          <div key={name} className={classes.line}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {lookahead_difference && <p className={classes.difference}>{lookahead_difference}</p>}
    </section>
  );
}

const CHECKS = {
  passed: { icon: 'check', tone: 'good', word: 'passed' },
  failed: { icon: 'alert', tone: 'bad', word: 'failed' },
} as const;

/** The run was repeated on candles that end earlier: nothing before may have changed. */
function LookAhead({ backtest: { lookahead_check, lookahead_prefixes } }: Pick<Props, 'backtest'>) {
  if (lookahead_check === null) return <span className="dim">older than this check</span>;
  const { icon, tone, word } = CHECKS[lookahead_check];
  return (
    <span className={tone} title="Repeated on candles that end earlier: nothing before may have changed">
      <Icon name={icon} size={13} /> {word}
      {lookahead_prefixes !== null && ` · ${formatInteger(lookahead_prefixes)} runs`}
    </span>
  );
}

/** Of the candles as they are stored now, within the time that was read. */
function Missing({ backtest: { kind, data } }: Pick<Props, 'backtest'>) {
  const interval = data.resampled_from ?? data.interval;
  const isStored = kind === 'single' && !/[/:]/.test(data.symbol) && isInterval(interval);
  const sources = isStored ? [{ symbol: data.symbol, interval }] : [];
  const holes = useHoles(sources, data.first, data.last);
  if (!isStored) return <span className="dim">not known of several series</span>;
  if (!holes) return <>{NONE}</>;
  if (holes.length === 0) return <>none of five bars and more</>;
  return (
    <ul className="ui-list" style={{ color: 'var(--warn-text)', textAlign: 'right' }}>
      {holes.map((hole) => (
        <li key={hole.start}>{holeText(hole, interval, 'utc')}</li>
      ))}
    </ul>
  );
}

function Verified({ verify }: Pick<Props, 'verify'>) {
  if (verify.verification) return <>{verdictWords(verify.verification).title.toLowerCase()}</>;
  return (
    <Button size="compact-xs" variant="default" loading={verify.isPending} onClick={verify.start}>
      Verify
    </Button>
  );
}
