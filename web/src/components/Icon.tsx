import type { ReactNode } from 'react';

/** The app's own icons: 24-unit grid, 1.75 stroke, drawn for 16 to 20 px. */
const SHAPES = {
  chart: <path d="M6 4v4m0 8v4m-2-12h4v8H4zm14-6v5m0 7v8m-2-15h4v8h-4zM12 2v3m0 9v5m-2-14h4v9h-4z" />,
  flask: <path d="M9 3h6m-5 0v6l-5.4 9.1A2 2 0 0 0 6.3 21h11.4a2 2 0 0 0 1.7-2.9L14 9V3M7.5 15h9" />,
  search: <path d="m20 20-4.2-4.2M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0z" />,
  sliders: (
    <path d="M4 7h9m4 0h3M4 17h3m4 0h9M15 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM9 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4z" />
  ),
  sun: (
    <path d="M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.4 1.4m11.2 11.2L19 19M5 19l1.4-1.4M17.6 6.4 19 5" />
  ),
  moon: <path d="M20 14.2A8.2 8.2 0 0 1 9.8 4a8.2 8.2 0 1 0 10.2 10.2z" />,
  system: <path d="M3 5h18v11H3zM8 20h8m-4-4v4" />,
  plus: <path d="M12 5v14M5 12h14" />,
  close: <path d="M6 6l12 12M18 6 6 18" />,
  check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  chevron: <path d="m7 10 5 5 5-5" />,
  swap: <path d="M7 4 3 8l4 4M3 8h14m0 4 4 4-4 4m4-4H7" />,
  table: <path d="M3 5h18v14H3zM3 10h18M3 14.5h18M9 10v9" />,
  eye: (
    <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z" />
  ),
  eyeOff: (
    <path d="M3 3l18 18M10 5.8A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-2.7 3.4M6.2 7.7A16 16 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4-.9" />
  ),
  trash: <path d="M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5m4-5v5" />,
  copy: <path d="M9 9h11v11H9zM5 15H4V4h11v1" />,
  download: <path d="M12 4v11m-5-4.5 5 5 5-5M4 20h16" />,
  alert: <path d="M12 3 2.5 20h19zM12 10v4m0 3v.2" />,
  info: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v6m0-9.5v.2" />,
  help: (
    <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8m0 3v.2" />
  ),
  dots: <path d="M5 12h.01M12 12h.01M19 12h.01" strokeWidth={3} />,
  candle: <path d="M8 3v4m0 9v5m-3-14h6v9H5zm11-4v4m0 10v4m-3-14h6v10h-6z" />,
  function: <path d="M14 4c-2.5 0-3 1-3.3 3L9 17c-.3 2-.8 3-3.3 3M7 10h7m1 3 5 6m0-6-5 6" />,
  inbox: <path d="M3 13h5l1.5 3h5L16 13h5M3 13l3-8h12l3 8v6H3z" />,
  arrowUp: <path d="M12 20V5m-6 6 6-6 6 6" />,
  arrowDown: <path d="M12 4v15m6-6-6 6-6-6" />,
  duplicate: <path d="M8 8h12v12H8zM4 16V4h12M14 11v6m-3-3h6" />,
  clock: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.2l3.4 2" />,
  refresh: (
    <path d="M20 11.5A8 8 0 0 0 5.7 7.1L3.5 9.5M4 12.5a8 8 0 0 0 14.3 4.4l2.2-2.4M3.5 4.5v5h5m12 10v-5h-5" />
  ),
  ban: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.7 5.7l12.6 12.6" />,
  upload: <path d="M12 16V4.5m-5 5 5-5 5 5M4 20h16" />,
  queue: <path d="M4 5h16v4.5H4zM4 14.5h11M4 19h11m3.5-4.5v4.5m-2-2 2 2 2-2" />,
  radar: <path d="M12 12 19 5m-7 16a9 9 0 1 1 6.4-15.4M12 16a4 4 0 1 1 2.8-6.8M21 12a9 9 0 0 1-1.5 5" />,
  tiles: <path d="M3 4h10v9H3zM16 4h5v5h-5zM16 12h5v8h-5zM3 16h10v4H3z" />,
  funnel: <path d="M4 5h16l-6.2 7.4V19l-3.6-1.8v-4.8z" />,
  grid: <path d="M4 4h16v16H4zM4 9.3h16M4 14.7h16M9.3 4v16m5.4-16v16" />,
  person: <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.6-3.7 3.6-5.5 7.5-5.5s6.9 1.8 7.5 5.5" />,
  people: (
    <path d="M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.5c.5-3.3 3-5 6.5-5s6 1.7 6.5 5M16 4.9a3.5 3.5 0 0 1 0 6.2m2.2 3.8c1.9.8 3 2.3 3.3 4.6" />
  ),
  leave: <path d="M14 4H5v16h9M10 12h11m-4-4 4 4-4 4" />,
  key: <path d="M8 20a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zm3.2-7.7L20 3.5m-3.5 3.5 3 3M13.5 10l2.5 2.5" />,
  braces: (
    <path d="M9 4H7.5A1.5 1.5 0 0 0 6 5.5V10l-2 2 2 2v4.5A1.5 1.5 0 0 0 7.5 20H9M15 4h1.5A1.5 1.5 0 0 1 18 5.5V10l2 2-2 2v4.5a1.5 1.5 0 0 1-1.5 1.5H15" />
  ),
  columns: <path d="M4 4h16v16H4zM4 9h16M12 4v16" />,
  shield: <path d="M12 3 5 6v5c0 4.6 2.9 8.3 7 10 4.1-1.7 7-5.4 7-10V6zm-3 9 2.2 2.2L15.5 10" />,
  pencil: <path d="M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3" />,
  star: <path d="m12 3 2.8 5.8 6.2.9-4.5 4.4 1.1 6.3-5.6-3-5.6 3 1.1-6.3L3 9.7l6.2-.9z" />,
  server: <path d="M4 4h16v7H4zm0 9h16v7H4zM8 7.5v.01M8 16.5v.01" />,
  tags: <path d="M3 4h7l8 8-7 7-8-8zM7 8v.01M14 4l7 7-5 5" />,
  undo: <path d="M8 4 4 8l4 4M4 8h10a6 6 0 0 1 0 12H9" />,
  redo: <path d="m16 4 4 4-4 4m4-4H10a6 6 0 0 0 0 12h5" />,
  plan: <path d="M5 4h14v17H5zM9 2.5h6v3H9zM8.5 11l2 2 4.5-4.5M8.5 17h7" />,
  wallet: <path d="M3 7h15V4H5a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h16V7h-3m3 4.5h-5v4h5" />,
  list: <path d="M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01" />,
  briefcase: <path d="M3 8h18v12H3zM9 8V4h6v4M3 13h18" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

interface Props {
  name: IconName;
  size?: number;
  filled?: boolean;
}

export function Icon({ name, size = 18, filled = false }: Props) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={filled ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {SHAPES[name]}
    </svg>
  );
}
