import type { ReactNode } from 'react';
import type { Backtest, SingleRequest, Strategy } from '~/api/client';
import { type CompletedBacktest, singleRequest } from '~/api/completed';
import { CodeLine } from '~/components/CodeLine';
import { CopyButton } from '~/components/CopyButton';
import { formatInteger, formatNumber, formatPercent } from '~/lib/format';
import { isInterval } from '~/lib/interval';
import { formatBarTime, formatDateTime, isoSeconds, type Zone, zoneLabel } from '~/lib/time';
import { memberLabel, memberText } from './memberNames';
import classes from './RunDetails.module.css';
import { requestedRange } from './request';

interface Props {
  backtest: CompletedBacktest;
  strategy: Strategy | undefined;
  zone: Zone;
}

/** What ran over what: enough to repeat it, and to see whether two runs are comparable. */
export function RunDetails({ backtest, strategy, zone }: Props) {
  const { request, data, timings } = backtest;
  const interval = isInterval(data.interval) ? data.interval : '1d';
  const moment = (iso: string) => `${formatDateTime(isoSeconds(iso), zone)} ${zoneLabel(zone)}`;
  return (
    <div className={classes.grid}>
      <Parameters request={request} strategy={strategy} />
      <Facts
        title="Data"
        facts={[
          ['Series', `${data.symbol} · ${data.interval}`],
          ['Asked for', requestedRange(request)],
          ['First bar read', formatBarTime(data.first, interval, zone)],
          ['Last bar read', formatBarTime(data.last, interval, zone)],
          ['Bars', `${formatInteger(backtest.bars)} and ${formatInteger(backtest.warmup_bars)} to warm up`],
          ['Made of', data.resampled_from ? `${data.resampled_from} bars` : 'stored as they are'],
          ['Fingerprint', <Hash key="hash" value={data.sha256} />],
        ]}
      />
      <Facts
        title="Run"
        facts={[
          ['Id', <Hash key="id" value={backtest.id} />],
          ['Status', backtest.status],
          ['Started', moment(backtest.started_at)],
          ['By', backtest.created_by],
          ['Candles loaded in', `${formatNumber(timings.load_ms)} ms`],
          ['Computed in', `${formatNumber(timings.run_ms)} ms`],
          ['Engine', backtest.engine_version],
        ]}
      />
      <RequestCard request={request} />
    </div>
  );
}

interface RequestProps {
  request: Backtest['request'];
  strategy: Strategy | undefined;
}

/** The same of a run without a result: what was asked for. */
export function RequestDetails(props: RequestProps) {
  return (
    <div className={classes.grid}>
      <Parameters {...props} />
      <RequestCard request={props.request} />
    </div>
  );
}

function stopsText({ stop_loss_pct, take_profit_pct, trailing_stop_pct }: SingleRequest): string {
  const stops = [
    stop_loss_pct && `loss ${stop_loss_pct} %`,
    take_profit_pct && `profit ${take_profit_pct} %`,
    trailing_stop_pct && `trailing ${trailing_stop_pct} %`,
  ].filter(Boolean);
  return stops.length > 0 ? stops.join(', ') : 'none';
}

function Parameters({ request, strategy }: RequestProps) {
  const single = singleRequest(request);
  return single ? (
    <SingleParameters request={single} strategy={strategy} />
  ) : (
    <Facts
      title="Parameters"
      facts={Object.entries(request).map(([name, value]) => [
        memberLabel(`/${name}`, []),
        memberText(value, name),
      ])}
    />
  );
}

function SingleParameters({ request, strategy }: { request: SingleRequest; strategy: Strategy | undefined }) {
  const parameters = Object.entries(request.params).map(([name, value]): [string, ReactNode] => [
    strategy?.parameters.properties[name]?.title ?? name,
    String(value),
  ]);
  return (
    <Facts
      title="Parameters"
      facts={[
        ['Strategy', strategy?.title ?? request.strategy_id],
        ...parameters,
        ['Initial capital', formatNumber(request.initial_capital)],
        ['Fee a side', `${request.fee_bps} bps`],
        ['Slippage', `${request.slippage_bps} bps`],
        ['Position', formatPercent(request.position_fraction, { signed: false })],
        ['Short positions', request.allow_short ? 'allowed' : 'no'],
        ['Gap limit', `factor ${request.max_gap_factor}`],
        ['Stops', stopsText(request)],
        ['Fills', request.execution === 'close' ? 'at the same close' : 'at the next open'],
      ]}
    />
  );
}

function RequestCard({ request }: Pick<RequestProps, 'request'>) {
  return (
    <section className={classes.card} aria-label="Request as JSON">
      <h2>Request</h2>
      <CodeLine code={JSON.stringify(request, null, 2)} label="Request" />
    </section>
  );
}

function Facts({ title, facts }: { title: string; facts: [string, ReactNode][] }) {
  return (
    <section className={classes.card} aria-label={title}>
      <h2>{title}</h2>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const HASH_SHOWN = 12;

function Hash({ value }: { value: string }) {
  return (
    <span className={classes.hash}>
      <code title={value}>{value.slice(0, HASH_SHOWN)}…</code>
      <CopyButton text={value} />
    </span>
  );
}
