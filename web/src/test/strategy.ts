import type { Strategy } from '~/api/client';

/** A strategy with one parameter of every type the form knows, for tests. */
export const maCross: Strategy = {
  id: 'ma_cross',
  title: 'Moving average cross',
  description: 'Long above, flat below.',
  default_warmup_bars: 51,
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      fast: {
        type: 'integer',
        title: 'Fast average',
        description: 'Reacts first',
        default: 20,
        minimum: 1,
        maximum: 10000,
        'x-unit': 'bars',
      },
      slow: {
        type: 'integer',
        title: 'Slow average',
        description: 'Is crossed',
        default: 50,
        minimum: 2,
        maximum: 10000,
        'x-unit': 'bars',
      },
      kind: {
        type: 'string',
        title: 'Kind of average',
        description: 'Weights',
        default: 'sma',
        enum: ['sma', 'ema'],
      },
      strict: { type: 'boolean', title: 'Strict', description: 'Wait for a second bar', default: false },
    },
  },
};
