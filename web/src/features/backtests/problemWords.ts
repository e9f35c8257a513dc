import { type ApiError, fieldName } from '~/api/problem';
import { asSentence } from '~/components/Problem';
import { priceDecimals } from '~/lib/format';
import { formatPriceText } from '~/lib/money';
import { memberLabel } from './memberNames';

/** What is wrong with a request, in the words of its form. */
export interface ProblemLine {
  /** The field as the form calls it; empty where it is about the whole. */
  name: string;
  text: string;
}

/** What a form calls a field: `params.fast` or `initial_capital`, as the request has it. */
export type FieldWords = (name: string) => string;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const fieldWords: FieldWords = (name) =>
  capital(
    memberLabel(`/${name}`, [])
      .replace(/^params\./, '')
      .replace(/[._]/g, ' '),
  );

// Not a part of a name, of a version or of an address.
const DECIMAL = /(?<![\w.])\d+\.\d+(?!\.?\w)/g;

/** The server counts in all digits that there are; they are read to six. */
export const rounded = (detail: string) =>
  detail.replace(DECIMAL, (number) => {
    const places = number.length - number.indexOf('.') - 1;
    return places > priceDecimals(Number(number)) ? formatPriceText(number) : number;
  });

/** The fields that are at fault; the sentence about all of it, which points at them by their JSON, where there are none. */
export function problemLines({ fields, detail }: ApiError, words: FieldWords): ProblemLine[] {
  if (fields.length === 0) return detail ? [{ name: '', text: asSentence(rounded(detail)) }] : [];
  return fields.map((field) => {
    const name = fieldName(field.pointer);
    return { name: name && words(name), text: asSentence(rounded(field.detail)) };
  });
}

/** A refusal says itself what is wrong: the title of its status adds nothing to that. */
export const problemHeading = ({ status, title, detail }: ApiError) =>
  status >= 400 && status < 500 && detail ? 'It was not accepted' : title;
