import { TextInput } from '@mantine/core';
import { describeError, mapFieldProblems } from '~/api/problem';
import { formatDateTime, zoneLabel } from '~/lib/time';
import { useZone } from '~/lib/useZone';
import classes from './Paper.module.css';
import type { TermsState } from './useTerms';

interface Props {
  symbols: readonly string[];
  terms: TermsState;
  error: unknown;
}

/** Marks of the symbols, fee and slippage. What is not touched is taken by the server as it is at that moment. */
export function TermsFields({ symbols, terms, error }: Props) {
  const [zone] = useZone();
  const fields = error ? describeError(error).fields : [];
  const { byField } = mapFieldProblems(fields, (name) => /^(mark_prices\.|fee_bps|slippage_bps)/.test(name));
  return (
    <div className={classes.leg} style={{ border: 0, padding: 0 }}>
      {[...new Set(symbols)].map((symbol) => {
        const mark = terms.found.get(symbol);
        const from = mark
          ? `of ${formatDateTime(mark.time, zone)} ${zoneLabel(zone)}`
          : 'No candle has ended: type a price';
        return (
          <TextInput
            key={symbol}
            label={`Mark of ${symbol}`}
            description={terms.typed.marks.has(symbol) ? 'As typed' : from}
            inputMode="decimal"
            value={terms.marks.get(symbol) ?? ''}
            error={byField[`mark_prices.${symbol}`]}
            onChange={(event) => terms.setMark(symbol, event.currentTarget.value)}
          />
        );
      })}
      <TextInput
        label="Fee"
        description="Of each fill, in bps"
        inputMode="decimal"
        value={terms.fee_bps}
        error={byField.fee_bps}
        onChange={(event) => terms.setFee(event.currentTarget.value)}
      />
      <TextInput
        label="Slippage"
        description="Against you, in bps"
        inputMode="decimal"
        value={terms.slippage_bps}
        error={byField.slippage_bps}
        onChange={(event) => terms.setSlippage(event.currentTarget.value)}
      />
    </div>
  );
}
