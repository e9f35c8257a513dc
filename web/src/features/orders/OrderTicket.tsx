import { Autocomplete, Button, NativeSelect, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { accountsKey } from '~/api/accounts';
import type { PaperAccount } from '~/api/client';
import { symbolsQuery } from '~/api/market';
import { createOrder, ordersKey } from '~/api/orders';
import { Gated, GatedNote } from '~/components/Gated';
import { FormAlert, formProblems } from '~/components/Problem';
import { useMarks } from '~/features/plans/useMarks';
import { formatPriceText } from '~/lib/money';
import { formatMoment } from '~/lib/time';
import { toastDone } from '~/lib/toast';
import { ORDER_STATES } from './OrdersTable';
import { type OrderDraft, readOrder } from './orderDraft';

interface Props {
  ws: string;
  accounts: PaperAccount[];
}

const BEGIN: OrderDraft = {
  account_id: 'paper-main',
  symbol: '',
  side: 'buy',
  type: 'market',
  quantity: '',
  limit_price: '',
  time_in_force: 'gtc',
  note: '',
};
const FIELDS = Object.keys(BEGIN);

/** Orders something for paper money. */
export function OrderTicket({ ws, accounts }: Props) {
  const [draft, setDraft] = useState(BEGIN);
  const [isSubmitted, setSubmitted] = useState(false);
  const { data: symbols = [] } = useQuery(symbolsQuery);
  const { marks } = useMarks([draft.symbol]);
  const mark = marks.get(draft.symbol);
  const { body, faults } = readOrder(draft);
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: () => createOrder(ws, body),
    onSuccess: ({ status, fill }) => {
      setSubmitted(false);
      setDraft({ ...draft, quantity: '', note: '' });
      toastDone(
        fill
          ? `Filled at ${formatPriceText(fill.price)}.`
          : `The order: ${ORDER_STATES[status].word.toLowerCase()}.`,
      );
    },
    onSettled: () =>
      Promise.all([ordersKey(ws), accountsKey(ws)].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  const { byField, rest } = formProblems(send.error, FIELDS);
  const errors = { ...byField, ...(isSubmitted ? faults : {}) };
  const set = (next: Partial<OrderDraft>) => {
    setDraft({ ...draft, ...next });
    send.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (Object.keys(faults).length === 0) send.mutate();
  };
  const text = (name: 'quantity' | 'limit_price' | 'note', label: string) => ({
    label,
    value: draft[name],
    error: errors[name],
    onChange: (event: { currentTarget: HTMLInputElement }) => set({ [name]: event.currentTarget.value }),
  });
  return (
    <form className="ui-card" onSubmit={submit} noValidate aria-label="Order ticket">
      <h2>Order for paper money</h2>
      <Stack gap="sm">
        <SegmentedControl
          aria-label="Side"
          value={draft.side}
          onChange={(side) => set({ side: side as OrderDraft['side'] })}
          data={[
            { value: 'buy', label: 'Buy' },
            { value: 'sell', label: 'Sell' },
          ]}
        />
        <Autocomplete
          label="Symbol"
          description={mark && `Last ${formatPriceText(mark.price)}, of ${formatMoment(mark.time)} UTC`}
          data={symbols.map(({ symbol }) => symbol)}
          limit={60}
          value={draft.symbol}
          error={errors.symbol}
          spellCheck={false}
          onChange={(symbol) => set({ symbol })}
          onBlur={() => set({ symbol: draft.symbol.trim().toUpperCase() })}
          size="xs"
        />
        <TextInput inputMode="decimal" {...text('quantity', 'Quantity')} />
        <NativeSelect
          label="Kind"
          value={draft.type}
          data={[
            { value: 'market', label: 'Market: at the mark, at once' },
            { value: 'limit', label: 'Limit: at this price or better' },
          ]}
          onChange={(event) => set({ type: event.currentTarget.value as OrderDraft['type'] })}
        />
        {draft.type === 'limit' && (
          <>
            <TextInput inputMode="decimal" {...text('limit_price', 'Limit')} />
            <NativeSelect
              label="What is not filled"
              value={draft.time_in_force}
              data={[
                { value: 'gtc', label: 'rests until it is cancelled' },
                { value: 'ioc', label: 'is cancelled at once' },
              ]}
              onChange={(event) =>
                set({ time_in_force: event.currentTarget.value as OrderDraft['time_in_force'] })
              }
            />
          </>
        )}
        <NativeSelect
          label="Account"
          value={draft.account_id}
          data={accounts.map(({ id, name }) => ({ value: id, label: name }))}
          error={errors.account_id}
          onChange={(event) => set({ account_id: event.currentTarget.value })}
        />
        <TextInput {...text('note', 'Note')} />
        <FormAlert messages={rest} />
        <GatedNote needs="trader" what="You can look, not order" />
        <Gated needs="trader">
          <Button type="submit" loading={send.isPending} fullWidth>
            {draft.side === 'buy' ? 'Buy' : 'Sell'} with paper money
          </Button>
        </Gated>
      </Stack>
    </form>
  );
}
