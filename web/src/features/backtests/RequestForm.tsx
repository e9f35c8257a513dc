import { Button, TextInput } from '@mantine/core';
import type { KeyboardEvent, ReactNode } from 'react';
import { describeError } from '~/api/problem';
import { Gated, GatedNote } from '~/components/Gated';
import { Notice } from '~/components/Notice';
import classes from './NewPage.module.css';
import { type FieldWords, fieldWords, type ProblemLine, problemHeading, problemLines } from './problemWords';
import { RequestPreview } from './RequestPreview';
import type { Faults } from './request';
import type { FormState } from './useRequestForm';

interface Props {
  form: FormState;
  title: string;
  note?: string;
  /** Between title and fields. */
  head?: ReactNode;
  action: string;
  /** Where it is sent to, below the workspaces. */
  path: string;
  /** Beside the fields, above the button. */
  extra?: ReactNode;
  /** The fields, in groups. */
  children: ReactNode;
}

/** A request as a form: its fields, and beside them what will run, what keeps it from running, and its JSON. */
export function RequestForm({ form, title, note, head, action, path, extra, children }: Props) {
  const { run, submit, submitted, faults } = form;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) submit(event);
  };
  return (
    <form ref={form.ref} className={classes.page} onSubmit={submit} onKeyDown={onKeyDown} noValidate>
      <h1>{title}</h1>
      {note && <p className={classes.lead}>{note}</p>}
      {form.restart && (
        <p className={classes.lead}>
          What you had typed here is back.{' '}
          <Button variant="default" onClick={form.restart}>
            Start over
          </Button>
        </p>
      )}
      {head && <div className={classes.lead}>{head}</div>}
      <div className={classes.columns}>
        <div className={classes.fields}>{children}</div>
        <aside className={classes.side} aria-label="What will run">
          <div className={classes.card}>
            <TextInput
              label="Name"
              description="Optional; helps to find it again"
              maxLength={120}
              {...form.text('name')}
            />
            {extra}
            <Problems error={run.error} faults={submitted ? faults : {}} />
            <GatedNote needs="trader" what="You can look, not run" />
            <Gated needs="trader">
              <Button type="submit" size="sm" loading={run.isPending} fullWidth>
                {action}
              </Button>
            </Gated>
            <p className={`${classes.note} ui-keys`}>Ctrl or ⌘ with Enter runs it from any field.</p>
          </div>
          <RequestPreview path={path} body={form.body} />
        </aside>
      </div>
    </form>
  );
}

interface ProblemsProps {
  error: unknown;
  faults: Faults;
  /** What the form calls its fields, where that is not what the request calls them. */
  words?: FieldWords;
}

/** Why it did not run: said beside the button, whatever also stands under the fields. */
export function Problems({ error, faults, words = fieldWords }: ProblemsProps) {
  const count = Object.keys(faults).length;
  if (count > 0)
    return (
      <Notice title={count === 1 ? 'One field needs a look' : `${count} fields need a look`}>
        <Lines lines={Object.entries(faults).map(([name, text]) => ({ name: words(name), text }))} />
      </Notice>
    );
  if (!error) return null;
  const problem = describeError(error);
  return (
    <Notice kind="bad" title={problemHeading(problem)}>
      <Lines lines={problemLines(problem, words)} />
      {problem.near.length > 0 && <div>Near: {problem.near.join(', ')}</div>}
      {problem.requestId && <div className={classes.request}>request {problem.requestId}</div>}
    </Notice>
  );
}

const Lines = ({ lines }: { lines: ProblemLine[] }) =>
  lines.map(({ name, text }) => (
    <div key={name + text}>
      {name && (
        <>
          <strong>{name}</strong>:{' '}
        </>
      )}
      {text}
    </div>
  ));
