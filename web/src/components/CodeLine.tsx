import classes from './CodeLine.module.css';
import { CopyButton } from './CopyButton';

/** One command or a short listing that people copy into a terminal. */
export function CodeLine({ code, label }: { code: string; label: string }) {
  return (
    <div className={classes.line}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard */}
      <pre tabIndex={0} aria-label={label}>
        <code>{code}</code>
      </pre>
      <CopyButton text={code} label={`Copy ${label.toLowerCase()}`} />
    </div>
  );
}
