// Numbers compared as the specification asks: to a relative 1e-9 unless said otherwise.
import assert from 'node:assert/strict';

export function isClose(actual: number, expected: number, tolerance = 1e-9): boolean {
  return Math.abs(actual - expected) <= tolerance * Math.max(1e-12, Math.abs(actual), Math.abs(expected));
}

export function assertClose(
  actual: number | null,
  expected: number | null,
  what: string,
  tolerance = 1e-9,
): void {
  if (actual === null || expected === null) {
    assert.equal(actual, expected, what);
    return;
  }
  assert.ok(isClose(actual, expected, tolerance), `${what}: ${actual}, expected ${expected}`);
}

export function assertColumnClose(
  actual: (number | null)[],
  expected: (number | null)[],
  what: string,
  tolerance = 1e-9,
): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  expected.forEach((value, i) => {
    assertClose(actual[i] ?? null, value, `${what}[${i}]`, tolerance);
  });
}
