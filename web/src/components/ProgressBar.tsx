import classes from './ProgressBar.module.css';

interface Props {
  /** From 0 to 1; null where how much there is to do is not known. */
  value: number | null;
  label: string;
}

export function ProgressBar({ value, label }: Props) {
  const percent = value === null ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      className={classes.bar}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span data-unknown={percent === undefined || undefined} style={{ width: `${percent ?? 30}%` }} />
    </div>
  );
}
