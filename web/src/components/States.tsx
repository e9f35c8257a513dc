import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { type ApiError, describeError } from '~/api/problem';
import { CopyButton } from './CopyButton';
import { Icon, type IconName } from './Icon';
import { asSentence } from './Problem';
import classes from './States.module.css';

interface EmptyProps {
  icon?: IconName;
  title: ReactNode;
  children?: ReactNode;
}

/** Nothing to show: says what is missing and, in `children`, what fixes it. */
export function EmptyState({ icon = 'inbox', title, children }: EmptyProps) {
  return (
    <div className={classes.state}>
      <span className={classes.icon}>
        <Icon name={icon} size={26} />
      </span>
      <p className={classes.title}>{title}</p>
      {children}
    </div>
  );
}

interface ErrorProps {
  error: unknown;
  onRetry?: () => void;
  children?: ReactNode;
}

/** Where in the request the fault is, before the sentence: `?medium_window: `. */
const POINTER = /^[?/#]\S*: /;

/**
 * The server's sentence where there is one: its titles are those of HTTP, "Internal Server Error". What never came from
 * it has a title of this page, and says more below.
 */
function wordsOf({ code, status, title, detail }: ApiError): [lead: string, more?: string] {
  if (code === '') return [title, detail === title ? undefined : detail];
  if (detail !== '') return [asSentence(detail.replace(POINTER, ''))];
  return [status >= 500 ? 'The server could not do that.' : title];
}

/** A failed panel: the server's words, the request id for the log, and a way on. */
export function ErrorState({ error, onRetry, children }: ErrorProps) {
  const problem = describeError(error);
  const [lead, more] = wordsOf(problem);
  const details = [problem.title, problem.detail, problem.requestId && `request ${problem.requestId}`];
  return (
    <div className={classes.state} role="alert">
      <span className={`${classes.icon} ${classes.failed}`}>
        <Icon name="alert" size={26} />
      </span>
      <p className={classes.title}>{lead}</p>
      {more && <p className={classes.detail}>{more}</p>}
      {problem.fields.length > 0 && (
        <ul className={classes.fields}>
          {problem.fields.map((field) => (
            <li key={`${field.pointer}${field.detail}`}>
              <code>{field.pointer.slice(1)}</code> {problem.fields.length > 1 && field.detail}
            </li>
          ))}
        </ul>
      )}
      {children}
      <div className={classes.actions}>
        {onRetry && (
          <Button variant="default" onClick={onRetry}>
            Retry
          </Button>
        )}
        {problem.requestId && (
          <span className={classes.request}>
            request <code>{problem.requestId}</code>
            <CopyButton text={details.filter(Boolean).join('\n')} label="Copy details" />
          </span>
        )}
      </div>
    </div>
  );
}

/** Grey bars of the size of what will stand there. Invisible for its first 150 ms (CSS), so quick answers never flash. */
export function SkeletonRows({ rows, height = 34 }: { rows: number; height?: number }) {
  return (
    <div className={classes.skeleton} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical bars have no other identity
        <span key={row} style={{ height }} />
      ))}
    </div>
  );
}

export function SkeletonBlock({ height }: { height: number | string }) {
  return (
    <div className={classes.skeleton} role="status" aria-label="Loading" style={{ height }}>
      <span style={{ height: '100%' }} />
    </div>
  );
}
