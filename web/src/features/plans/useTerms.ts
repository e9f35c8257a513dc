import { useState } from 'react';
import type { PaperAccount, TradePlan } from '~/api/client';
import type { Mark } from '~/api/marks';
import type { Terms } from './moves';
import { useMarks } from './useMarks';

/** At which prices and costs a move is made: what the server would take, and what was typed in place of it. */
export interface TermsState extends Terms {
  found: ReadonlyMap<string, Mark>;
  typed: {
    marks: ReadonlyMap<string, string>;
    fee_bps: string | undefined;
    slippage_bps: string | undefined;
  };
  setMark: (symbol: string, price: string) => void;
  setFee: (bps: string) => void;
  setSlippage: (bps: string) => void;
}

export function useTerms(plan: TradePlan, account: PaperAccount): TermsState {
  const symbols = plan.legs.map(({ symbol }) => symbol);
  const { marks: found } = useMarks(symbols);
  const [marks, setMarks] = useState<ReadonlyMap<string, string>>(new Map());
  const [fee_bps, setFee] = useState<string>();
  const [slippage_bps, setSlippage] = useState<string>();
  const shown = symbols.map((symbol): [string, string] => [
    symbol,
    marks.get(symbol) ?? found.get(symbol)?.price ?? '',
  ]);
  return {
    found,
    marks: new Map(shown),
    fee_bps: fee_bps ?? account.fee_bps,
    slippage_bps: slippage_bps ?? account.slippage_bps,
    typed: { marks, fee_bps, slippage_bps },
    setMark: (symbol, price) => setMarks(new Map([...marks, [symbol, price]])),
    setFee,
    setSlippage,
  };
}
