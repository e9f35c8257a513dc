import type { CategoryPeriod } from '~/api/client';
import { formatPercent } from '~/lib/format';
import { heatStyle } from '~/lib/heat';
import classes from './Heatmap.module.css';
import { FULL_COLOUR, PERIODS, periodText } from './heatmap';

const STEPS = [-1, -0.5, 0, 0.5, 1];

/** What the colours of a period mean: the same to both sides, full at the outermost and beyond. */
export function Legend({ period }: { period: CategoryPeriod }) {
  const full = FULL_COLOUR[period];
  return (
    <ul className={classes.legend} aria-label={`Colours of ${periodText(period)}`}>
      {STEPS.map((step) => (
        <li key={step} style={heatStyle(step, 1)}>
          {Math.abs(step) === 1 && (step < 0 ? '≤ ' : '≥ ')}
          {formatPercent(step * full, { decimals: 1 })}
        </li>
      ))}
    </ul>
  );
}

/** The same of all columns at once. */
export function TableLegend() {
  return (
    <div className={classes.legends}>
      {PERIODS.map((period) => (
        <div key={period}>
          <span>{periodText(period)}</span>
          <Legend period={period} />
        </div>
      ))}
    </div>
  );
}
