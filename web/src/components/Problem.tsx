import { Alert } from '@mantine/core';
import { describeError, mapFieldProblems } from '~/api/problem';

/** The server's words by the fields of a form; `rest` is what belongs to none of them. */
export function formProblems(error: unknown, fields: readonly string[]) {
  const problem = error ? describeError(error) : undefined;
  const { byField, rest } = mapFieldProblems(problem?.fields ?? [], (name) => fields.includes(name));
  const isPlaced = Object.keys(byField).length > 0;
  return {
    byField,
    rest: problem && !isPlaced && rest.length === 0 ? [problem.detail || problem.title] : rest,
  };
}

/** What went wrong with a form as a whole. */
export function FormAlert({ messages }: { messages: readonly string[] }) {
  if (messages.length === 0) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      {messages.map((message) => message.charAt(0).toUpperCase() + message.slice(1)).join(' ')}
    </Alert>
  );
}
