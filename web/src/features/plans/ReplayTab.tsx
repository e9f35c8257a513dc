import { useQuery } from '@tanstack/react-query';
import { planReplayQuery } from '~/api/plans';
import { Gain } from '~/components/Money';
import { ErrorState, SkeletonRows } from '~/components/States';
import { formatExact, formatPriceText } from '~/lib/money';
import { formatBarTime, formatDateTime, isoSeconds, zoneLabel } from '~/lib/time';
import { useZone } from '~/lib/useZone';

/** What the plan made against what the rules of backtests would have made of it, and where the difference is from. */
export function ReplayTab({ ws, id }: { ws: string; id: string }) {
  const replay = useQuery(planReplayQuery(ws, id));
  const [zone] = useZone();
  if (replay.isPending) return <SkeletonRows rows={6} />;
  if (replay.isError) return <ErrorState error={replay.error} onRetry={() => void replay.refetch()} />;
  const { legs, fills, fee_bps, slippage_bps } = replay.data;
  const intervalOf = (leg: string) => legs.find(({ leg_id }) => leg_id === leg)?.interval ?? '1d';
  const rows = [
    ...legs.map((leg) => ({ ...leg, name: leg.symbol })),
    { ...replay.data, name: 'All', leg_id: '' },
  ];
  return (
    <>
      <p className="ui-note">
        Each fill once more at the open of the first bar that opens after it, with the fee (
        {formatExact(fee_bps)} bps) and slippage ({formatExact(slippage_bps)} bps) that the account has now.
        The difference is timing, slippage and fees, to the last digit.
      </p>
      <section className="ui-box ui-scroller" aria-label="Difference" tabIndex={0}>
        <table className="ui-sheet">
          <thead>
            <tr>
              {['Leg', 'Made', 'Replayed', 'Difference', 'Timing', 'Slippage', 'Fees'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.leg_id}>
                <th scope="row">{row.name}</th>
                {[row.actual_pnl, row.replay_pnl, row.difference, row.timing, row.slippage, row.fees].map(
                  (value, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the columns are what they are
                    <td key={index}>
                      <Gain value={value} />
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section className="ui-box ui-scroller" aria-label="Fills, replayed" tabIndex={0}>
        <table className="ui-sheet">
          <thead>
            <tr>
              {['Fill', `Filled (${zoneLabel(zone)})`, 'Price', 'Bar', 'Price of the replay'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fills.map((fill) => (
              <tr key={fill.fill_id}>
                <th scope="row">
                  {fill.side === 'buy' ? 'Buy' : 'Sell'} to {fill.action}
                </th>
                <td>{formatDateTime(isoSeconds(fill.filled_at), zone)}</td>
                <td>{formatPriceText(fill.price)}</td>
                <td>
                  {formatBarTime(Number(fill.bar_time), intervalOf(fill.leg_id), zone)}
                  <small>{fill.bar_price === 'open' ? 'open' : 'last close: none opens after it yet'}</small>
                </td>
                <td>{formatPriceText(fill.replay_price)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
