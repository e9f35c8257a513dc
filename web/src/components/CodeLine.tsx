import classes from './CodeLine.module.css';
import { CopyButton } from './CopyButton';

/** One command or a short listing that people copy into a terminal. */
export function CodeLine({ code, label }: { code: string; label: string }) {
  return (
    <div className={classes.line}>
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>{code}</code>
      </pre>
      <CopyButton text={code} label={`Copy ${label.toLowerCase()}`} />
    </div>
  );
}
