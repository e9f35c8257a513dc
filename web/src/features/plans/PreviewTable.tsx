import { Gain } from '~/components/Money';
import { decimalText } from '~/lib/decimal';
import { formatExact, formatMoney, formatPriceText } from '~/lib/money';
import type { Preview, PreviewFill } from './moves';

const WORDS = { buy: 'Buy', sell: 'Sell' } as const;

/** The fills as they would be. */
export function PreviewTable({ preview }: { preview: Preview }) {
  const isClosing = preview.realized !== 0n;
  return (
    <div className="ui-scroller" role="region" aria-label="Fills as they would be" tabIndex={0}>
      <table className="ui-sheet">
        <thead>
          <tr>
            <th scope="col">Fill</th>
            <th scope="col">Quantity</th>
            <th scope="col">Price</th>
            <th scope="col">Value</th>
            <th scope="col">Fee</th>
            {isClosing && <th scope="col">Realized</th>}
          </tr>
        </thead>
        <tbody>
          {preview.fills.map((fill) => (
            <Row key={fill.leg.id} fill={fill} isClosing={isClosing} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ fill, isClosing }: { fill: PreviewFill; isClosing: boolean }) {
  const { leg, side, quantity, price, notional, fee, realized } = fill;
  const shown = (value: bigint) => (price === undefined ? '–' : formatMoney(decimalText(value)));
  return (
    <tr>
      <th scope="row">
        {WORDS[side]} {leg.symbol}
      </th>
      <td>{formatExact(decimalText(quantity))}</td>
      <td>{price === undefined ? '–' : formatPriceText(decimalText(price))}</td>
      <td>{shown(notional)}</td>
      <td>{shown(fee)}</td>
      {isClosing && (
        <td>
          <Gain value={decimalText(realized)} />
        </td>
      )}
    </tr>
  );
}
