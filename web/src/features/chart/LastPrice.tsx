import type { MarketSymbol } from '~/api/client';
import { Change } from '~/components/Num';
import { formatPrice } from '~/lib/format';
import { isBehind, isInterval } from '~/lib/interval';
import { formatDate } from '~/lib/time';
import { useNow } from '~/lib/useNow';

/** The newest close with its change; of candles that ended long ago with their day in place of it. */
export function LastPrice({ symbol: { intervals, last_close, change_24h } }: { symbol: MarketSymbol }) {
  const now_s = useNow(60);
  const isOld = intervals.every(
    ({ interval, last }) => isInterval(interval) && isBehind(last, interval, now_s),
  );
  const last = Math.max(...intervals.map((stored) => stored.last));
  return (
    <>
      {formatPrice(last_close)}{' '}
      {isOld ? <span className="ui-warn">of {formatDate(last)}</span> : <Change value={change_24h} />}
    </>
  );
}
