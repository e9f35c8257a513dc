/** The names of a list that was typed or pasted, in capitals, each once; with spaces, commas or lines between. */
export const namesOf = (typed: string): string[] => [
  ...new Set(
    typed
      .toUpperCase()
      .split(/[\s,;]+/)
      .filter(Boolean),
  ),
];
