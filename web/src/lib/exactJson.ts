/** What the server sent with each number as the text that it was written with. */
export type Exact<T> = T extends number
  ? string
  : T extends string | boolean | null | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? Exact<Item>[]
      : { [Name in keyof T]: Exact<T[Name]> };

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON with its numbers in quotes: whoever reads it loses no digit of them. */
export const quoteNumbers = (json: string): string =>
  json.replace(STRING_OR_NUMBER, (found) => (found.startsWith('"') ? found : `"${found}"`));
