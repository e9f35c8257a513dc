import { useInfiniteQuery } from '@tanstack/react-query';
import { ordersQuery } from '~/api/orders';
import { plansQuery } from '~/api/plans';

/** What a reset ends: how many there are while all of them fit on one page, in general until that is known. */
export function ResetEnds({ ws, id }: { ws: string; id: string }) {
  const { data: plans } = useInfiniteQuery(plansQuery(ws, { account_id: id, status: 'open' }));
  const { data: orders } = useInfiniteQuery(ordersQuery(ws, { account_id: id, status: 'accepted' }));
  const open = countOf(plans?.pages, ({ trade_plans }) => trade_plans.length);
  const resting = countOf(orders?.pages, (page) => page.orders.length);
  return resetEnds(open, resting);
}

interface Page {
  next_cursor?: string | null;
}

function countOf<P extends Page>(pages: readonly P[] | undefined, size: (page: P) => number) {
  if (!pages || pages.at(-1)?.next_cursor) return undefined;
  return pages.reduce((sum, page) => sum + size(page), 0);
}

/** Undefined is a number that is not known. */
export function resetEnds(plans: number | undefined, orders: number | undefined): string {
  const open = counted(plans, 'open plan', 'is closed with it', 'are closed with it');
  const resting = counted(orders, 'resting order', 'is cancelled', 'are cancelled');
  return `${open}, and ${resting.charAt(0).toLowerCase()}${resting.slice(1)}.`;
}

function counted(count: number | undefined, noun: string, one: string, many: string): string {
  if (count === undefined) return `All ${noun}s ${many}`;
  if (count === 1) return `1 ${noun} ${one}`;
  return `${count === 0 ? 'No' : count} ${noun}s ${many}`;
}
