const ROWS = '#main tbody tr, #main [data-card]';
const OPENS = 'a[href], button';

/** The rows of the lists on the page that lead somewhere, from top to bottom. */
const rowsHere = () =>
  [...document.querySelectorAll<HTMLElement>(ROWS)].filter((row) => row.querySelector(OPENS) !== null);

/** Puts the focus on the row so many further down, from the first one or the last where none has it: Enter opens it. */
export function moveRow(step: number) {
  const rows = rowsHere();
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  const target = rows[next]?.querySelector<HTMLElement>(OPENS);
  target?.focus();
  rows[next]?.scrollIntoView({ block: 'nearest' });
}

/** Chooses the row that has the focus, or no longer, where rows can be chosen. */
export function chooseRow() {
  document.activeElement?.closest(ROWS)?.querySelector<HTMLElement>('input[type="checkbox"]')?.click();
}
