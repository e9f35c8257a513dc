/** The addresses in a text that people typed or pasted: separated by commas, semicolons, spaces or lines; each once. */
export function splitEmails(text: string): string[] {
  const seen = new Map<string, string>();
  for (const word of text.split(/[\s,;]+/)) {
    const email = word.replace(/^[<"']+|[>"']+$/g, '');
    if (email !== '' && !seen.has(email.toLowerCase())) seen.set(email.toLowerCase(), email);
  }
  return [...seen.values()];
}
