import type { PaperOrderCreate } from '~/api/client';
import { plainDecimal, readDecimal } from '~/lib/decimal';

export interface OrderDraft {
  account_id: string;
  symbol: string;
  side: 'buy' | 'sell';
  type: 'market' | 'limit';
  quantity: string;
  limit_price: string;
  time_in_force: 'gtc' | 'ioc';
  note: string;
}

const NO_NUMBER = 'Type a number above 0, such as 0.25.';
const isAbove = (text: string) => (readDecimal(text) ?? 0n) > 0n;

/** The order that a ticket asks for, and what keeps it from being asked. */
export function readOrder(draft: OrderDraft): { body: PaperOrderCreate; faults: Record<string, string> } {
  const faults: Record<string, string> = {};
  const isLimit = draft.type === 'limit';
  if (draft.symbol.trim() === '') faults.symbol = 'Choose a symbol.';
  if (!isAbove(draft.quantity)) faults.quantity = NO_NUMBER;
  if (isLimit && !isAbove(draft.limit_price)) faults.limit_price = NO_NUMBER;
  const note = draft.note.trim();
  return {
    body: {
      account_id: draft.account_id,
      symbol: draft.symbol.trim(),
      side: draft.side,
      type: draft.type,
      quantity: plainDecimal(draft.quantity),
      ...(isLimit && { limit_price: plainDecimal(draft.limit_price), time_in_force: draft.time_in_force }),
      ...(note !== '' && { note }),
    },
    faults,
  };
}
