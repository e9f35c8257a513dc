import { describe, expect, it } from 'vitest';
import { toApiError } from '~/api/problem';
import { planWords } from '~/features/plans/fieldWords';
import { fieldWords, problemHeading, problemLines, rounded } from './problemWords';

const refusal = (detail: string, ...errors: { pointer: string; detail: string }[]) =>
  toApiError(422, { title: 'Unprocessable Content', status: 422, detail, errors });

describe('a problem in the words of a form', () => {
  it('names fields as the form does, and the leg that it is about', () => {
    const words = planWords([{ symbol: 'ETHUSDT' }, { symbol: '' }]);
    expect(words('legs.0.stop_price')).toBe('Leg 1 (ETHUSDT), stop');
    expect(words('legs.1.planned_entry_price')).toBe('Leg 2, entry price');
    expect(words('max_risk_amount')).toBe('Most that may be lost');
    expect(fieldWords('params.slow_length')).toBe('Slow length');
  });

  it('says each field once, and the whole where there are none', () => {
    const problem = refusal('/legs/0/stop_price: too high', {
      pointer: '/legs/0/stop_price',
      detail: 'too high',
    });
    expect(problemLines(problem, planWords([{ symbol: 'ETHUSDT' }]))).toEqual([
      { name: 'Leg 1 (ETHUSDT), stop', text: 'Too high.' },
    ]);
    expect(problemLines(refusal('no such symbol'), fieldWords)).toEqual([
      { name: '', text: 'No such symbol.' },
    ]);
  });

  it('has no title of a status where it says itself what is wrong', () => {
    expect(problemHeading(refusal('no such symbol'))).toBe('It was not accepted');
    expect(problemHeading(refusal(''))).toBe('Unprocessable Content');
  });

  it('rounds amounts to what is read of them', () => {
    expect(rounded('2.33043737 is lost at the stops, 1 is allowed.')).toBe(
      '2.33044 is lost at the stops, 1 is allowed.',
    );
    expect(rounded('0.25 of engine 1.3.0')).toBe('0.25 of engine 1.3.0');
  });
});
