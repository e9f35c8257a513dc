import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Role, Session } from '~/api/client';
import { startDownload } from '~/api/downloads';
import { symbolsQuery } from '~/api/market';
import { toApiError } from '~/api/problem';
import { sessionQuery } from '~/api/session';
import { renderThemed } from '~/test/render';
import { marketSymbol } from '~/test/symbols';
import { StartDownload } from './DownloadButtons';
import { DownloadForm } from './DownloadForm';

vi.mock('~/api/downloads', async (original) => ({
  ...(await original<typeof import('~/api/downloads')>()),
  startDownload: vi.fn(),
}));

const start = vi.mocked(startDownload);
beforeEach(() => {
  start.mockReset();
});

function show(element: ReactElement, role: Role | undefined) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  const others = [{ id: 'elsewhere', role: 'owner' }];
  const workspaces = role ? [{ id: 'local-workspace', role }, ...others] : others;
  client.setQueryData(sessionQuery.queryKey, { workspaces } as Session);
  client.setQueryData(symbolsQuery.queryKey, [marketSymbol('BTC', 'USDT'), marketSymbol('ETH', 'USDT')]);
  return renderThemed(<QueryClientProvider client={client}>{element}</QueryClientProvider>);
}

describe('a button that starts a download', () => {
  const wish = { symbols: ['BTCUSDT'], interval: '1d' as const, from: '2024-01-01' };
  const button = (onStarted = () => {}) => (
    <StartDownload wish={wish} label="Download BTCUSDT 1d" onStarted={onStarted} />
  );

  it('sends it as it is', async () => {
    const made = { id: '1' } as Awaited<ReturnType<typeof startDownload>>;
    start.mockResolvedValue(made);
    const onStarted = vi.fn();
    show(button(onStarted), 'editor');
    await userEvent.click(screen.getByRole('button'));
    expect(start.mock.calls[0]?.[0]).toEqual(wish);
    expect(onStarted.mock.calls[0]?.[0]).toBe(made);
  });

  it.each([
    ['viewer', 'yours there is viewer'],
    [undefined, 'you are no member of it'],
  ] as const)('does nothing for the role %s in the local workspace, and says why', async (role, why) => {
    show(button(), role);
    const refused = screen.getByRole('button');
    expect(refused).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(refused);
    expect(start).not.toHaveBeenCalled();
    expect(await screen.findByRole('tooltip')).toHaveTextContent(why);
  });
});

describe('the form of a download', () => {
  const form = () => <DownloadForm onStarted={() => {}} onClose={() => {}} />;
  // By its label it is found twice: the list of what is suggested has the same.
  const symbols = () => screen.getByPlaceholderText('BTCUSDT, ETHUSDT');
  const send = () => userEvent.click(screen.getByRole('button', { name: 'Download' }));

  it('sends what the server would take for granted, and each name once', async () => {
    start.mockReturnValue(new Promise(() => {}));
    show(form(), 'editor');
    await send();
    expect(screen.getByText('Name a symbol.')).toBeInTheDocument();
    await userEvent.type(symbols(), 'ADAUSDT, adausdt eth');
    await userEvent.click(await screen.findByRole('option', { name: 'ETHUSDT' }));
    await send();
    expect(start.mock.calls[0]?.[0]).toEqual({
      symbols: ['ADAUSDT', 'ETHUSDT'],
      interval: '1d',
      from: '2021-01-01',
      to: undefined,
      asset: 'spot',
      freq: 'auto',
      recheck: false,
    });
  });

  it('begins later for shorter bars, until a day is chosen', async () => {
    show(form(), 'editor');
    const from = screen.getByLabelText('From');
    await userEvent.selectOptions(screen.getByLabelText('Interval'), '1m');
    expect(from).not.toHaveValue('2021-01-01');
    await userEvent.clear(from);
    await userEvent.type(from, '2022-03-04');
    await userEvent.selectOptions(screen.getByLabelText('Interval'), '1d');
    expect(from).toHaveValue('2022-03-04');
  });

  it('puts what the server says at its fields, and the rest of it above the buttons', async () => {
    const errors = [
      { pointer: '/to', detail: 'lies before "from"' },
      { pointer: '/symbols', detail: '"../x" is no symbol' },
    ];
    start.mockRejectedValueOnce(toApiError(422, { title: 'Unprocessable Content', errors }));
    show(form(), 'editor');
    await userEvent.type(symbols(), '../x');
    await send();
    expect(await screen.findByText('Lies before "from".')).toBeInTheDocument();
    expect(symbols()).toHaveAccessibleDescription(/"\.\.\/x" is no symbol\./);
    expect(screen.queryByRole('alert')).toBeNull();
    start.mockRejectedValueOnce(toApiError(429, { title: 'Too Many', detail: 'a hundred wait already' }));
    await send();
    expect(await screen.findByRole('alert')).toHaveTextContent('A hundred wait already.');
  });
});
