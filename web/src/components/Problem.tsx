import { describeError, mapFieldProblems } from '~/api/problem';

/** The server's words by the fields of a form; `rest` is what belongs to none of them. */
export function formProblems(error: unknown, fields: readonly string[]) {
  const problem = error ? describeError(error) : undefined;
  const { byField, rest } = mapFieldProblems(problem?.fields ?? [], (name) => fields.includes(name));
  const isPlaced = Object.keys(byField).length > 0;
  const isWhole = problem !== undefined && !isPlaced && rest.length === 0;
  return { byField, rest: (isWhole ? [problem.detail || problem.title] : rest).map(asSentence) };
}

/** The server's details are lower case and without an end, so that they can stand behind something. */
export const asSentence = (text: string) =>
  text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');

/** What went wrong with a form as a whole. */
export function FormAlert({ messages }: { messages: readonly string[] }) {
  if (messages.length === 0) return null;
  return (
    <div role="alert" className="ui-notice" data-kind="bad">
      {messages.join(' ')}
    </div>
  );
}
