// A subcommand that runs until it is told to stop: started, listened to, and stopped the way an operator stops it.
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { after } from 'node:test';
import { type CommandResult, spawnTlab } from './tlab.ts';

// Whatever a failed or interrupted test left running ends with its file.
const running = new Set<ChildProcess>();
const killRunning = (): void => {
  for (const child of running) child.kill('SIGKILL');
};
if (process.env.NODE_TEST_CONTEXT) after(killRunning);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    killRunning();
    process.exit(1);
  });
}

export class Program {
  readonly process: ChildProcess;
  stderr = '';
  readonly ended: Promise<Pick<CommandResult, 'code' | 'signal'>>;

  protected constructor(
    readonly name: string,
    args: string[],
    env: Record<string, string>,
  ) {
    this.process = spawnTlab(args, { env });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.process.stdout?.resume();
    running.add(this.process);
    this.ended = new Promise((resolve) =>
      this.process.once('close', (code, signal) => {
        running.delete(this.process);
        resolve({ code, signal });
      }),
    );
  }

  /** What the program says of itself when it is ready: the first group of the pattern. */
  protected ready(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`the ${this.name} ${why}:\n${this.stderr}`));
      const timer = setTimeout(() => {
        this.process.kill('SIGKILL');
        fail('was not ready within 15 s');
      }, 15_000);
      const listen = (): void => {
        const said = pattern.exec(this.stderr)?.[1];
        if (said === undefined) return;
        this.process.stderr?.off('data', listen); // the log may grow long
        clearTimeout(timer);
        resolve(said);
      };
      this.process.stderr?.on('data', listen);
      this.process.once('error', (error) => fail(error.message));
      this.process.once('close', (code) => {
        clearTimeout(timer);
        fail(`ended with ${code}`);
      });
    });
  }

  /** SIGTERM, and the promise that comes with it: everything put away, exit code 0. */
  async stop(): Promise<void> {
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 15_000);
    const { code, signal } = await this.ended;
    clearTimeout(timer);
    assert.deepEqual(
      { code, signal },
      { code: 0, signal: null },
      `SIGTERM must end the ${this.name} with 0:\n${this.stderr.slice(-2000)}`,
    );
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  /** Its lines on standard error that are of the structured log. */
  get logLines(): string[] {
    return this.stderr.split('\n').filter((line) => line !== '' && !/^(listening on|working as) /.test(line));
  }

  /** The log once more, read, so far as it says that event. */
  logged(event: string): Record<string, unknown>[] {
    return this.logLines.map((line) => JSON.parse(line)).filter((line) => line.event === event);
  }
}
