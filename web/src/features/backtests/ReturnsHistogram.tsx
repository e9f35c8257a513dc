import { formatInteger, formatPercent } from '~/lib/format';
import { binsOf, returnsText } from './histogram';
import classes from './TradesTable.module.css';

const HEIGHT = 48;

const edge = (value: number) => formatPercent(value, { decimals: Math.abs(value) < 0.1 ? 1 : 0 });

/** How the returns of trades are spread, as bars and in words. The bars at the ends have what lies beyond, too. */
export function ReturnsHistogram({ returns }: { returns: readonly number[] }) {
  const bins = binsOf(returns);
  const [first, last] = [bins[0], bins[bins.length - 1]];
  if (!first || !last) return null;
  const most = Math.max(...bins.map(({ count }) => count));
  const words = returnsText(returns);
  const [under, over] = [`under ${edge(first.to)}`, `over ${edge(last.from)}`];
  /** How many bins are below zero: the line between them and the others stands there. */
  const zero = bins.filter(({ from }) => from < 0).length;
  const isBoth = zero > 0 && zero < bins.length;
  return (
    <div className={classes.bar}>
      <div style={{ flex: '0 1 520px', minWidth: 240 }}>
        <svg
          role="img"
          aria-label={`Returns of ${formatInteger(returns.length)} trades: ${words}`}
          width="100%"
          height={HEIGHT}
          viewBox={`0 0 ${bins.length} ${most}`}
          preserveAspectRatio="none"
        >
          {bins.map((bin, index) => (
            <rect
              key={bin.from}
              x={index + 0.06}
              y={most - bin.count}
              width={0.88}
              height={bin.count}
              fill={`var(${bin.from < 0 ? '--down' : '--up'})`}
            >
              <title>
                {`${bin === first ? under : bin === last ? over : `${edge(bin.from)} to ${edge(bin.to)}`}: ${bin.count}`}
              </title>
            </rect>
          ))}
          {isBoth && <rect x={zero - 0.02} width={0.04} height={most} fill="var(--dim)" />}
        </svg>
        <div className="ui-legend" aria-hidden="true" style={{ whiteSpace: 'nowrap' }}>
          <span style={{ flex: zero }}>{under}</span>
          {isBoth && '0'}
          <span style={{ flex: bins.length - zero, textAlign: 'right' }}>{over}</span>
        </div>
      </div>
      <p className="ui-footer">Returns: {words}</p>
    </div>
  );
}
