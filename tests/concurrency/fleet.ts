// Processes that are begun again when they were killed, as a supervisor would. One that ends by itself is a fault.
import { setTimeout as delay } from 'node:timers/promises';
import type { Program } from '../harness/program.ts';

/** A place for a process: empty for as long as it takes to begin the next one. */
export class Post<T extends Program> {
  current: T | undefined;
  readonly faults: string[] = [];
  starts = 0;
  kills = 0;
  #isWanted = true;
  readonly #start: () => Promise<T>;

  constructor(start: () => Promise<T>) {
    this.#start = start;
  }

  /** Until a process stands here. A database that is being restarted is no reason to give up. */
  async fill(): Promise<void> {
    const deadline = performance.now() + 60_000;
    for (;;) {
      try {
        const program = await this.#start();
        this.starts++;
        this.current = program;
        program.ended.then(({ code, signal }) => {
          if (this.current === program)
            this.#onEnd(
              `${program.name} ended by itself (${code ?? signal}):\n${program.stderr.slice(-1500)}`,
            );
        });
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await delay(100);
      }
    }
  }

  #onEnd(why: string): void {
    this.current = undefined;
    if (!this.#isWanted) return;
    this.faults.push(why);
    void this.fill();
  }

  /** Whoever stands here, or will in a moment. */
  async #occupant(): Promise<T | undefined> {
    while (!this.current && this.#isWanted) await delay(10);
    return this.current;
  }

  /** kill -9, and the next one. */
  async replace(): Promise<void> {
    const program = await this.#occupant();
    if (!program) return;
    this.kills++;
    this.current = undefined;
    await program.kill();
    if (this.#isWanted) await this.fill();
  }

  async pause(ms: number): Promise<void> {
    const program = await this.#occupant();
    program?.process.kill('SIGSTOP');
    await delay(ms);
    program?.process.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    const program = this.current;
    this.current = undefined;
    try {
      await program?.stop();
    } catch (error) {
      this.faults.push((error as Error).message);
    }
  }
}
