/** The words of a list that people typed or pasted, such as e-mail addresses: separated by commas, semicolons, spaces or lines; each once. */
export function splitList(text: string): string[] {
  const seen = new Map<string, string>();
  for (const word of text.split(/[\s,;]+/)) {
    const item = word.replace(/^[<"']+|[>"']+$/g, '');
    if (item !== '' && !seen.has(item.toLowerCase())) seen.set(item.toLowerCase(), item);
  }
  return [...seen.values()];
}

/** What stands between the commas, each once: words that may have spaces in them. */
export const splitAtCommas = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((word) => word.trim())
      .filter(Boolean),
  ),
];
