import { Link } from '@tanstack/react-router';
import type { SeriesCoverage } from '~/api/client';
import { formatNumber } from '~/lib/format';
import { INTERVALS } from '~/lib/interval';
import { moveFocus } from '~/lib/moveFocus';
import { gradeOf, keyOf, scoreStyle } from './coverage';
import classes from './Data.module.css';

/** Every symbol against every interval: how clean that series is, as a number on a colour. */
export function DataMatrix({ rows, current }: { rows: readonly SeriesCoverage[]; current?: string }) {
  const intervals = INTERVALS.filter((name) => rows.some(({ interval }) => interval === name));
  const bySymbol = new Map<string, SeriesCoverage[]>();
  for (const series of rows) bySymbol.set(series.symbol, [...(bySymbol.get(series.symbol) ?? []), series]);
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the links inside, which are reached without them as well */}
      <div
        className={classes.table}
        onKeyDown={(event) => {
          if (moveFocus(event.currentTarget, event.key)) event.preventDefault();
        }}
      >
        <div
          className={classes.scroller}
          role="region"
          aria-label="Quality by symbol and interval"
          tabIndex={0}
        >
          <table className={classes.map}>
            <thead>
              <tr>
                <th scope="col">Symbol</th>
                {intervals.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[...bySymbol].map(([symbol, stored]) => (
                <tr key={symbol}>
                  <th scope="row">{symbol}</th>
                  {intervals.map((name) => (
                    <Cell
                      key={name}
                      series={stored.find(({ interval }) => interval === name)}
                      current={current}
                    />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
      <Legend />
    </>
  );
}

function Cell({ series, current }: { series: SeriesCoverage | undefined; current?: string }) {
  if (!series) return <td className="dim">–</td>;
  const key = keyOf(series);
  const score = formatNumber(series.score, { decimals: 1 });
  return (
    <td style={scoreStyle(series.score)}>
      <Link
        from="/w/$ws/data"
        to="."
        search={(before) => ({ ...before, sel: key })}
        resetScroll={false}
        className={classes.cell}
        aria-current={key === current || undefined}
        aria-label={`${series.symbol} ${series.interval}: ${score}, ${gradeOf(series.score)}, ${series.gaps} gaps`}
      >
        {score}
      </Link>
    </td>
  );
}

/** What the colours mean. */
export function Legend() {
  return (
    <ul className={classes.chips} aria-label="Colours of the quality">
      {LEGEND.map(({ score, words }) => (
        <li key={score} className={classes.score} style={scoreStyle(score)}>
          {words}
        </li>
      ))}
    </ul>
  );
}

const LEGEND = [
  { score: 100, words: '99 to 100 good' },
  { score: 95, words: '90 to 99 fair' },
  { score: 75, words: 'below 90 poor' },
  { score: 50, words: '50 and below' },
];
