import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Sweep, SweepHeatmap } from '~/api/client';
import { type HeatmapChoice, sweepHeatmapQuery } from '~/api/sweeps';
import { ErrorState, SkeletonBlock } from '~/components/States';
import { METRICS, metricText } from '~/features/backtests/metrics';
import { heatRange, heatStyle, rampStyle } from '~/lib/heat';
import { formatSet } from './combination';
import classes from './Sweep.module.css';
import { METRIC_CHOICES } from './SweepForm';

interface Props {
  ws: string;
  sweep: Sweep;
  axes: string[];
  choice: HeatmapChoice;
  onChange: (next: Partial<HeatmapChoice>) => void;
}

/** One figure over two of the numbers that vary. */
export function SweepMap({ ws, sweep, axes, choice, onChange }: Props) {
  const query = useQuery({ ...sweepHeatmapQuery(ws, sweep.id, choice), enabled: axes.length > 1 });
  if (axes.length < 2) return null;
  // Two different axes: choosing the other one's number swaps them.
  const axis = (name: 'x' | 'y', label: string) => (
    <Select
      aria-label={label}
      w={150}
      data={axes}
      value={choice[name]}
      allowDeselect={false}
      onChange={(next) => {
        const other = name === 'x' ? 'y' : 'x';
        if (next) onChange({ [name]: next, ...(next === choice[other] && { [other]: choice[name] }) });
      }}
    />
  );
  return (
    <section className={classes.card} aria-label="Heat map">
      <div className={classes.bestHead}>
        <h2>Heat map</h2>
        <Select
          aria-label="Figure"
          w={170}
          data={METRIC_CHOICES}
          value={choice.metric}
          allowDeselect={false}
          onChange={(metric) => metric && onChange({ metric })}
        />
        <span className="dim">over</span>
        {axis('x', 'Columns')}
        <span className="dim">and</span>
        {axis('y', 'Rows')}
      </div>
      {query.isPending && <SkeletonBlock height={220} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <MapTable ws={ws} sweep={sweep} map={query.data} />}
      {axes.length > 2 && (
        <p className={classes.note}>
          Also varies: {axes.filter((name) => name !== choice.x && name !== choice.y).join(', ')}. Each cell
          shows the best of these.
        </p>
      )}
    </section>
  );
}

function MapTable({ ws, sweep, map }: { ws: string; sweep: Sweep; map: SweepHeatmap }) {
  const { x, y, cells } = map;
  const metric = Object.values(METRICS).find(({ key }) => key === map.metric);
  const values = cells.flat().filter((value) => value !== null);
  const [low, high] = heatRange(values);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  // With both signs colours tell them apart; else they run from the least to the greatest.
  const hasZero = low < 0 && high > 0;
  const style = (value: number | null) => (hasZero ? heatStyle(value, largest) : rampStyle(value, low, high));
  const text = (value: number | null) => (metric ? metricText(metric, value) : String(value));
  const isWhole = Object.keys(sweep.best ?? {}).length === 2;
  return (
    <div className={classes.scroller} role="region" aria-label="Heat map, table" tabIndex={0}>
      <table className={classes.map}>
        <thead>
          <tr>
            <th scope="col">
              {y.name} \ {x.name}
            </th>
            {x.values.map((value) => (
              <th key={value} scope="col">
                {value}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {y.values.map((row, at) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {x.values.map((column, index) => {
                const value = cells[at]?.[index] ?? null;
                const isBest = sweep.best?.[x.name] === column && sweep.best?.[y.name] === row;
                return (
                  <td key={column} style={style(value)} data-best={isBest || undefined}>
                    {isWhole && value !== null ? (
                      <Link
                        to="/w/$ws/backtests/new"
                        params={{ ws }}
                        search={{
                          'from-sweep': sweep.id,
                          set: formatSet({ [x.name]: column, [y.name]: row }),
                        }}
                        title="Open as backtest"
                      >
                        {text(value)}
                      </Link>
                    ) : (
                      text(value)
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {values.length > 0 && (
        <p className={classes.note}>
          {hasZero
            ? `Colours: green above 0, red below, full at ±${text(largest).replace(/^[+\u2212]/, '')} and beyond.`
            : `Colours: plain up to ${text(low)}, full from ${text(high)} on.`}{' '}
          The framed cell is the best combination.
        </p>
      )}
    </div>
  );
}
