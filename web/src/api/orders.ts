import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { exactApi, exactOf, type PaperOrder, type PaperOrderCreate } from './client';
import { once } from './once';

/** Orders for paper money, where the server takes them. Their decimals are text: see `exactApi`. */

export const ordersKey = (ws: string) => ['ws', ws, 'orders'] as const;

const PAGE = 100;
const PATH = '/api/v1/workspaces/{workspace_id}/orders' as const;

export interface OrderFilter {
  status?: PaperOrder['status'];
  symbol?: string;
  account_id?: string;
}

/** Newest first. */
export const ordersQuery = (ws: string, filter: OrderFilter) =>
  infiniteQueryOptions({
    queryKey: [...ordersKey(ws), 'list', filter],
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...filter, limit: PAGE, cursor: pageParam || undefined };
      const params = { path: { workspace_id: ws }, query };
      const page = await exactOf(exactApi.GET(PATH, { params, signal }));
      if (typeof page === 'string') throw new Error('the orders did not come as JSON');
      return page;
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

export const createOrder = (ws: string, body: PaperOrderCreate) =>
  once(`order ${ws}`, body, ({ headers }) =>
    exactOf(
      exactApi.POST(PATH, {
        params: { path: { workspace_id: ws }, header: headers },
        body,
      }),
    ),
  );

export const cancelOrder = (ws: string, order_id: string) =>
  exactOf(exactApi.DELETE(`${PATH}/{order_id}`, { params: { path: { workspace_id: ws, order_id } } }));
