import { describe, expect, it } from 'vitest';
import { isNameTyped } from './typedName';

describe('a name that is typed to confirm', () => {
  it.each([
    ['Research Team', 'Research Team'],
    [' Research Team ', 'Research Team'],
    ['Research Team', ' Research  Team '],
  ])('%j is that of %j', (typed, name) => expect(isNameTyped(typed, name)).toBe(true));
  it.each([
    ['research team', 'Research Team'],
    ['', 'Research Team'],
    ['ResearchTeam', 'Research Team'],
    ['undefined', undefined],
  ])('%j is not that of %j', (typed, name) => expect(isNameTyped(typed, name)).toBe(false));
});
