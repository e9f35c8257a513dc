import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { categorySetsQuery } from '~/api/categorySets';
import type { CategorySetSummary } from '~/api/client';
import { renderThemed } from '~/test/render';
import { SetSelect } from './SetSelect';

function show(names: string[], value?: string) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  const sets = names.map((name) => ({ id: name.toLowerCase(), name }) as CategorySetSummary);
  client.setQueryData(categorySetsQuery('ws').queryKey, sets);
  const onChange = vi.fn();
  renderThemed(
    <QueryClientProvider client={client}>
      <SetSelect ws="ws" value={value} onChange={onChange} />
    </QueryClientProvider>,
  );
  return onChange;
}

it('offers the sets of the workspace and the server’s categories', async () => {
  const onChange = show(['Mine', 'Ours'], 'mine');
  const field = screen.getByLabelText('Categories of');
  await userEvent.selectOptions(field, 'Ours');
  expect(onChange).toHaveBeenLastCalledWith('ours');
  await userEvent.selectOptions(field, 'Server’s categories');
  expect(onChange).toHaveBeenLastCalledWith(undefined);
});

it('is not there where there is nothing to choose', () => {
  show([]);
  expect(screen.queryByLabelText('Categories of')).toBeNull();
});

it('says of a set in the address that it is gone', () => {
  show([], 'deleted');
  expect(screen.getByLabelText('Categories of')).toHaveDisplayValue('A set that is gone');
});
