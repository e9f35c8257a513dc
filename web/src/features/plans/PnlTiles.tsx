import type { ReactNode } from 'react';
import type { TradePlan, TradePlanPnl } from '~/api/client';
import { Gain, Money } from '~/components/Money';
import tiles from '~/features/backtests/MetricTiles.module.css';
import { decimalText, magnitude, readDecimal } from '~/lib/decimal';
import { formatMoney } from '~/lib/money';
import { StaleMark } from './PlanMarks';
import { R_MEANS, riskText, rText } from './risk';

interface TileProps {
  name: string;
  title?: string;
  children: ReactNode;
  under?: ReactNode;
}

export function Tile({ name, title, children, under }: TileProps) {
  return (
    <div className={tiles.tile} title={title}>
      <dt>{name}</dt>
      <dd>{children}</dd>
      <dd className={tiles.under}>{under}</dd>
    </div>
  );
}

export function Tiles({ label, children }: { label: string; children: ReactNode }) {
  return (
    <dl className={tiles.tiles} aria-label={label}>
      {children}
    </dl>
  );
}

/** What was paid beyond the planned entry price; less than nothing is a gain. */
export function slippageText(slippage: string): string {
  const value = readDecimal(slippage) ?? 0n;
  if (value === 0n) return 'filled as planned';
  return `${formatMoney(decimalText(magnitude(value)))} ${value > 0n ? 'worse' : 'better'} than planned`;
}

interface Props {
  pnl: TradePlanPnl;
  plan: TradePlan;
  /** What the account counts in. */
  unit: string | undefined;
}

/** What a plan has made, at the newest marks. */
export function PnlTiles({ pnl, plan, unit }: Props) {
  const isOpen = plan.status === 'open';
  return (
    <Tiles label="Profit and loss">
      <Tile name="Total" under={isOpen ? <StaleMark pnl={pnl} /> : 'fees taken off'}>
        <Gain value={pnl.total_pnl} unit={unit} />
      </Tile>
      <Tile name="Return" under={`on ${formatMoney(pnl.entry_notional)} ${unit ?? ''}`}>
        <Gain value={pnl.return_pct} isPercent />
      </Tile>
      <Tile
        name="Multiple of risk"
        title={R_MEANS}
        under={
          plan.max_risk_amount === null
            ? 'no limit was set'
            : `of ${formatMoney(plan.max_risk_amount)} ${unit ?? ''}, at the stops ${riskText(plan)}`
        }
      >
        {rText(pnl)}
      </Tile>
      <Tile name="Unrealized">
        <Gain value={pnl.unrealized_pnl} unit={unit} />
      </Tile>
      <Tile name="Realized">
        <Gain value={pnl.realized_pnl} unit={unit} />
      </Tile>
      <Tile name="Fees" under={slippageText(pnl.slippage)}>
        <Money value={pnl.fees} unit={unit} />
      </Tile>
    </Tiles>
  );
}
