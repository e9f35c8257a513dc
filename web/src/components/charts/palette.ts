/** The chart's colours, read from the same CSS variables as everything else, so that themes live in one place. */
export interface ChartPalette {
  background: string;
  text: string;
  grid: string;
  border: string;
  up: string;
  down: string;
  volumeUp: string;
  volumeDown: string;
  accent: string;
  dim: string;
  warn: string;
}

export function readPalette(): ChartPalette {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const [up, down] = [color('--up'), color('--down')];
  return {
    background: color('--bg'),
    text: color('--dim'),
    grid: color('--grid'),
    border: color('--border'),
    up,
    down,
    volumeUp: fade(up, 0.33),
    volumeDown: fade(down, 0.33),
    accent: color('--accent'),
    dim: color('--dim'),
    warn: color('--warn-text'),
  };
}

/** The same colour, see-through; `alpha` from 0 to 1. Takes #rrggbb. */
export function fade(hex: string, alpha: number): string {
  const byte = Math.round(alpha * 255);
  return hex + byte.toString(16).padStart(2, '0');
}

/** Line colours that stay apart for colour-blind readers and hold on both backgrounds. */
export const LINE_COLORS = [
  '#e6a23c',
  '#8b7cf6',
  '#35b5c8',
  '#e06ca9',
  '#7fb13d',
  '#d9703a',
  '#5b8def',
  '#b08968',
];
