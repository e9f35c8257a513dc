// What of the contract no test has seen. A documented reply that never comes is a promise nobody holds.
import { operations } from "./openapi.ts";

/** Replies that need a broken server or another authentication mode than these tests run, each with its reason. */
const exempt = new Map<string, string>();

/** `seen` has one line a reply: engine, operation, status. Answers what is missing as "engine operation status". */
export function coverageFaults(seen: string, engines: readonly string[]): string[] {
    const lines = new Set(seen.split("\n"));
    return engines.flatMap((engine) =>
        operations.flatMap(({ id, definition }) =>
            Object.keys(definition.responses)
                .filter((status) => status !== "default" && !exempt.has(`${id} ${status}`))
                .map((status) => `${engine} ${id} ${status}`)
                .filter((line) => !lines.has(line)),
        ),
    );
}
