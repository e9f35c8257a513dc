// What of the contract no test has seen. A documented reply that never comes is a promise nobody holds.
import { operations } from './openapi.ts';

/** Documented replies that cannot be had here, each with its reason. */
const exempt = new Map([
  ['sqlite getReady 503', 'the file is open as long as the server runs: it cannot go away from under it'],
  ['sqlite streamEvents 503', 'likewise: only a state that cannot be read refuses a stream'],
]);

/** `seen` has one line a reply: engine, operation, status. Answers what is missing as "engine operation status". */
export function coverageFaults(seen: string, engines: readonly string[]): string[] {
  const lines = new Set(seen.split('\n'));
  return engines.flatMap((engine) =>
    operations.flatMap(({ id, definition }) =>
      Object.keys(definition.responses)
        .filter((status) => status !== 'default')
        .map((status) => `${engine} ${id} ${status}`)
        .filter((line) => !lines.has(line) && !exempt.has(line)),
    ),
  );
}
