import { sparkPath } from '~/lib/sparkline';

interface Props {
  values: readonly number[];
  width?: number;
  height?: number;
}

/** A small line without axes. The figures beside it say the same: it is hidden from who cannot see it. */
export function Sparkline({ values, width = 92, height = 22 }: Props) {
  const first = values[0];
  const last = values[values.length - 1];
  if (first === undefined || last === undefined) return null;
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
      focusable="false"
      style={{ display: 'block' }}
    >
      <path
        d={sparkPath(values, width, height)}
        fill="none"
        stroke={last < first ? 'var(--down)' : 'var(--up)'}
        strokeWidth={1.5}
        strokeLinejoin="round"
      />
    </svg>
  );
}
