import type { BacktestMetrics } from '~/api/client';
import { Change } from '~/components/Num';
import { formatPercent, NONE } from '~/lib/format';
import { heatStyle } from '~/lib/heat';
import classes from './MonthlyTable.module.css';
import { monthFigures, yearsOf } from './monthly';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Returns of the months as a table that can be read without its colours. */
export function MonthlyTable({ months }: { months: BacktestMetrics['monthly_returns'] }) {
  const years = yearsOf(months);
  const largest = Math.max(0, ...months.map(({ return: value }) => Math.abs(value ?? 0)));
  if (years.length === 0) return null;
  return (
    <section className={classes.panel} aria-label="Monthly returns">
      <div className="ui-chart-head">
        <h2>Monthly returns</h2>
        <Figures months={months} />
      </div>
      <div className={classes.scroller} role="region" aria-label="Monthly returns, table" tabIndex={0}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Year</th>
              {MONTHS.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col">Year total</th>
            </tr>
          </thead>
          <tbody>
            {years.map(({ year, months: values, total }) => (
              <tr key={year}>
                <th scope="row">{year}</th>
                {values.map((value, index) => (
                  <Cell key={MONTHS[index]} value={value} largest={largest} />
                ))}
                <td className={classes.total}>{formatPercent(total, { decimals: 1 })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Figures({ months }: { months: BacktestMetrics['monthly_returns'] }) {
  const figures = monthFigures(months);
  if (!figures) return null;
  const { best, worst, positive, count } = figures;
  const extreme = (word: string, { year, month, value }: typeof best) => (
    <span>
      {word} {MONTHS[month - 1]} {year} <Change value={value} />
    </span>
  );
  return (
    <p className="ui-legend">
      {extreme('best', best)}
      {extreme('worst', worst)}
      <span>
        {positive} of {count} months positive,{' '}
        {formatPercent(positive / count, { signed: false, decimals: 1 })}
      </span>
    </p>
  );
}

function Cell({ value, largest }: { value: number | null; largest: number }) {
  if (value === null) return <td className={classes.none}>{NONE}</td>;
  return (
    <td title={formatPercent(value, { decimals: 4 })} style={heatStyle(value, largest)}>
      {formatPercent(value, { decimals: 1 })}
    </td>
  );
}
