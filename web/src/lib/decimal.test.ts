import { describe, expect, it } from 'vitest';
import {
  bpsOf,
  cutTo,
  type Decimal,
  decimalText,
  magnitude,
  over,
  readDecimal,
  roundTo,
  textOfNumber,
  times,
} from './decimal';
import { quoteNumbers } from './exactJson';
import { formatDecimal, formatExact, formatMoney, formatPriceText } from './money';

const read = (text: string): Decimal => {
  const value = readDecimal(text);
  if (value === undefined) throw new Error(`${text} is no decimal`);
  return value;
};
const write = (value: Decimal | undefined) => (value === undefined ? undefined : decimalText(value));

describe('a decimal', () => {
  it('is read from text and written back without a digit more or less', () => {
    const cases: [string, string][] = [
      ['0.1', '0.1'],
      [' 60000 ', '60000'],
      ['-5.50', '-5.5'],
      ['\u22125', '-5'],
      ['.5', '0.5'],
      ['7.', '7'],
      ['-0', '0'],
      ['0.000000000000000001', '0.000000000000000001'],
      ['99999999999999999999.999999999999999999', '99999999999999999999.999999999999999999'],
    ];
    for (const [typed, text] of cases) expect(write(readDecimal(typed))).toBe(text);
  });

  it('is not made of what has too many digits or is no number', () => {
    const bad = [
      '',
      ' ',
      '.',
      '-',
      '1e5',
      '1,5',
      '0x10',
      'NaN',
      '1 000',
      '0.0000000000000000001',
      `1${'0'.repeat(20)}`,
    ];
    for (const text of bad) expect(readDecimal(text)).toBeUndefined();
    expect(readDecimal(null)).toBeUndefined();
  });

  it('adds 0.1 and 0.2 to 0.3', () => {
    expect(write(read('0.1') + read('0.2'))).toBe('0.3');
  });

  it('multiplies and divides to the 18th digit, a half to the even one', () => {
    expect(write(times(read('0.01'), read('60000')))).toBe('600');
    expect(write(times(read('0.000000000000000001'), read('0.5')))).toBe('0');
    expect(write(times(read('0.000000000000000003'), read('0.5')))).toBe('0.000000000000000002');
    expect(write(times(read('-0.000000000000000003'), read('0.5')))).toBe('-0.000000000000000002');
    expect(write(over(read('1'), read('3')))).toBe('0.333333333333333333');
    expect(write(over(read('-2'), read('3')))).toBe('-0.666666666666666667');
    expect(over(read('1'), 0n)).toBeUndefined();
    expect(write(bpsOf(read('600'), read('10')))).toBe('0.6');
  });

  it('is cut towards zero and rounded to the even one', () => {
    expect(write(cutTo(read('1.99999999999'), 8))).toBe('1.99999999');
    expect(write(cutTo(read('-1.99999999999'), 8))).toBe('-1.99999999');
    expect(write(roundTo(read('2.345'), 2))).toBe('2.34');
    expect(write(roundTo(read('2.355'), 2))).toBe('2.36');
    expect(magnitude(read('-3'))).toBe(read('3'));
  });

  it('is made of a number of the API as that is printed, without an exponent', () => {
    expect(textOfNumber(45750.44)).toBe('45750.44');
    expect(textOfNumber(1.23e-7)).toBe('0.000000123');
    expect(textOfNumber(0)).toBe('0');
  });
});

describe('a decimal on screen', () => {
  it('is grouped, with a true minus and the sign of a change', () => {
    expect(formatDecimal('1234567.891')).toBe('1,234,567.89');
    expect(formatDecimal('-0.004', { signed: true })).toBe('0.00');
    expect(formatDecimal('12.5', { signed: true, suffix: '%' })).toBe('+12.50%');
    expect(formatDecimal('-12.5')).toBe('\u221212.50');
    expect(formatDecimal(null)).toBe('\u2013');
    expect(formatDecimal('123456789012345678.99', { decimals: 0 })).toBe('123,456,789,012,345,679');
  });

  it('has all of its digits where they count', () => {
    expect(formatExact('1234.000000000000000001')).toBe('1,234.000000000000000001');
    expect(formatExact('5')).toBe('5');
    expect(formatPriceText('0.0000123456')).toBe('0.0000123456');
    expect(formatPriceText('60000.5')).toBe('60,000.50');
    expect([formatPriceText('1.23'), formatPriceText('0.5')]).toEqual(['1.23', '0.50']);
  });

  it('is not shown as nothing for being small', () => {
    expect(formatMoney('0.0000123')).not.toBe('0.00');
    expect(formatMoney('0')).toBe('0.00');
    expect(formatMoney('3', true)).toBe('+3.00');
  });
});

it('numbers of JSON become their text, those in texts stay', () => {
  const json = '{"a":0.100000000000000001,"b":[-5,1e3,null,true],"c":"x 1 \\"2\\" 3","d":{"4":5}}';
  expect(JSON.parse(quoteNumbers(json))).toEqual({
    a: '0.100000000000000001',
    b: ['-5', '1e3', null, true],
    c: 'x 1 "2" 3',
    d: { '4': '5' },
  });
});
