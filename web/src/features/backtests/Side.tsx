import type { Trade } from '~/api/client';

/** A side in its colour, with its arrow and its name. */
export const Side = ({ side }: { side: Trade['side'] }) => (
  <span className={side === 'long' ? 'up' : 'down'}>{side === 'long' ? '▲ long' : '▼ short'}</span>
);
