// Harm by a plan: what is done when comes out of a seed.
import { setTimeout as delay } from 'node:timers/promises';

/** mulberry32: unlike the generator of the candles, good from its first number on. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Harm {
  what: string;
  times: number;
  /** `random` is below 1 and says to whom. What it awaits does not hold up the others. */
  strike: (random: number) => Promise<void> | void;
}

interface Blow {
  at: number; // ms after the beginning
  harm: Harm;
  random: number;
}

export function makePlan(harms: Harm[], seconds: number, seed: number): Blow[] {
  const random = makeRandom(seed);
  const blows = harms.flatMap((harm) =>
    Array.from({ length: harm.times }, () => ({ at: random() * seconds * 1000, harm, random: random() })),
  );
  return blows.sort((a, b) => a.at - b.at);
}

const strikeMs = 120_000;

/** Carries a plan out; resolves when the last harm is done. What is not done in two minutes is stuck. */
export async function haunt(plan: Blow[], say: (text: string) => void): Promise<void> {
  const began = performance.now();
  const second = (): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const strikes: Promise<void>[] = [];
  for (const { at, harm, random } of plan) {
    await delay(Math.max(0, began + at - performance.now()));
    const when = second();
    say(`${when}: ${harm.what}`);
    const stuck = delay(strikeMs, undefined, { ref: false }).then(() => {
      throw new Error(`${harm.what} of ${when} is not done after ${strikeMs / 1000} s`);
    });
    strikes.push(Promise.race([Promise.resolve(harm.strike(random)), stuck]));
  }
  await Promise.all(strikes);
}

export const pick = <T>(items: readonly T[], random: number): T =>
  items[Math.floor(random * items.length)] as T;
