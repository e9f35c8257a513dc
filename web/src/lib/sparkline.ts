import { largestOf, leastOf } from './extent';

const MARGIN = 2;

/** The path of a line through `values`, from the left edge to the right, lowest at the bottom; flat in the middle. */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  const low = leastOf(values);
  const span = largestOf(values) - low;
  const step = values.length > 1 ? (width - 2 * MARGIN) / (values.length - 1) : 0;
  const y = (value: number) =>
    span === 0 ? height / 2 : height - MARGIN - ((value - low) / span) * (height - 2 * MARGIN);
  return values
    .map((value, index) => `${index === 0 ? 'M' : 'L'}${round(MARGIN + index * step)} ${round(y(value))}`)
    .join('');
}

const round = (value: number) => Math.round(value * 10) / 10;
