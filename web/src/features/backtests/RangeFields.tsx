import { Button, TextInput } from '@mantine/core';
import { holeText } from '~/features/chart/series';
import { hasIndex } from '~/lib/category';
import { type Interval, isBehind } from '~/lib/interval';
import { formatDate, formatMoment, parseMoment, timeParts } from '~/lib/time';
import { useNow } from '~/lib/useNow';
import classes from './NewPage.module.css';
import type { BacktestDraft, Faults } from './request';
import { type Source, useHoles } from './useHoles';

interface Coverage {
  first: number;
  last: number;
  gaps: number;
  /** The stored series that the bars are made of. */
  sources: readonly Source[];
}

interface Props {
  draft: Pick<BacktestDraft, 'from' | 'to' | 'interval' | 'symbol'>;
  errors: Faults;
  /** What is stored; undefined where there is nothing of this series and interval. */
  coverage: Coverage | undefined;
  onChange: (change: { from?: string; to?: string }) => void;
}

const YEAR_S = 365 * 86400;

/** Starts of the presets, seen from the newest bar; all of them end with it. */
const PRESETS: { label: string; from: (last: number) => number | undefined }[] = [
  { label: 'All', from: () => undefined },
  { label: 'YTD', from: (last) => Date.UTC(timeParts(last, 'utc').year, 0, 1) / 1000 },
  { label: '1 year', from: (last) => last - YEAR_S },
  { label: '3 years', from: (last) => last - 3 * YEAR_S },
  { label: '5 years', from: (last) => last - 5 * YEAR_S },
];

export function RangeFields({ draft, errors, coverage, onChange }: Props) {
  const pick = (from: number | undefined) =>
    onChange({ from: from === undefined ? '' : formatDate(from), to: '' });
  const field = (name: 'from' | 'to', label: string, description: string, placeholder: string) => (
    <TextInput
      data-field={name}
      label={label}
      description={description}
      placeholder={placeholder}
      value={draft[name]}
      error={errors[name]}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <div className={classes.range}>
      <div className={classes.grid}>
        {field(
          'from',
          'From',
          'UTC, this bar included',
          coverage ? formatMoment(coverage.first) : 'first bar',
        )}
        {field('to', 'To', 'UTC, this bar not included', 'after the last bar')}
      </div>
      <div className={classes.presets} role="group" aria-label="Ranges">
        {PRESETS.map(({ label, from }) => (
          <Button
            key={label}
            size="compact-xs"
            variant="default"
            aria-disabled={!coverage || undefined}
            onClick={() => coverage && pick(from(coverage.last))}
          >
            {label}
          </Button>
        ))}
      </div>
      <CoverageBar draft={draft} coverage={coverage} />
    </div>
  );
}

/** What is stored as a bar, and the part of it that will be tested; nothing before a series is chosen. */
function CoverageBar({ draft, coverage }: Pick<Props, 'draft' | 'coverage'>) {
  if (draft.symbol === '') return null;
  if (!coverage)
    return (
      <p className={classes.warning}>
        Nothing is stored that makes {draft.interval} bars of {draft.symbol}.
      </p>
    );
  const { first, last, gaps } = coverage;
  const from = parseMoment(draft.from) ?? first;
  const to = parseMoment(draft.to) ?? last;
  const share = (time: number) => 100 * Math.max(0, Math.min(1, (time - first) / Math.max(1, last - first)));
  const outside = from > last || to <= first;
  const isStored = coverage.sources.length === 1 && coverage.sources[0]?.interval === draft.interval;
  const gapsText = gaps === 0 ? 'no gaps' : `${gaps} ${gaps === 1 ? 'gap' : 'gaps'}`;
  const text = `Stored: ${formatMoment(first)} to ${formatMoment(last)}, ${gapsText}${isStored ? '' : ' in what its bars are made of'}`;
  return (
    <div>
      <div className={classes.coverage} aria-hidden="true">
        <span style={{ left: `${share(from)}%`, right: `${100 - share(to)}%` }} />
      </div>
      <p className={outside ? classes.warning : classes.note}>
        {outside ? `${text}. The range lies outside.` : text}
      </p>
      {!hasIndex(draft.symbol) && <Holes sources={coverage.sources} from={from} to={to} />}
      <OldEnd last={last} interval={draft.interval} />
    </div>
  );
}

const HOLES_NAMED = 3;

/** Where many bars are missing inside the range: the test goes over them as if nothing had been there. */
function Holes({ sources, from, to }: { sources: readonly Source[]; from: number; to: number }) {
  const holes = useHoles(sources, from, to) ?? [];
  if (holes.length === 0) return null;
  return (
    <ul className={`ui-list ${classes.warning}`} aria-label="Missing bars">
      {holes.slice(0, HOLES_NAMED).map((hole) => (
        <li key={`${hole.symbol} ${hole.start}`}>
          {sources.length > 1 && `${hole.symbol}: `}
          {holeText(hole, hole.interval, 'utc')}
        </li>
      ))}
      {holes.length > HOLES_NAMED && <li>and {holes.length - HOLES_NAMED} more holes</li>}
    </ul>
  );
}

function OldEnd({ last, interval }: { last: number; interval: Interval }) {
  const now_s = useNow(60);
  if (!isBehind(last, interval, now_s)) return null;
  return (
    <p className={classes.note}>The last candle is of {formatMoment(last)}: newer ones are not stored.</p>
  );
}
