import { useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { MarketSymbol, Session } from '~/api/client';
import { symbolsQuery } from '~/api/market';
import { type Command, CommandDialog } from '~/components/CommandDialog';
import { Icon } from '~/components/Icon';
import { LastPrice } from '~/features/chart/LastPrice';
import {
  type CategoryFound,
  resolveRatio,
  searchCategories,
  searchSymbols,
} from '~/features/chart/symbolSearch';
import { useWorkspaceNavigate } from '~/features/workspaces/useWorkspaceNavigate';
import { usePreferences } from '~/lib/preferences';
import { rank } from '~/lib/rank';
import { useZone } from '~/lib/useZone';
import { THEMES } from './ThemeMenu';
import { useFound } from './useFound';

interface Props {
  opened: boolean;
  onClose: () => void;
  session: Session;
  ws: string;
  onCreate: () => void;
}

const SYMBOLS_IN_PALETTE = 8;
const CATEGORIES_IN_PALETTE = 4;

/** One box for everything: symbols, pages, actions, workspaces, and what is in this one. */
export function Palette({ opened, onClose, session, ws, onCreate }: Props) {
  const { data: symbols = [] } = useQuery({ ...symbolsQuery, enabled: opened });
  const { recentSymbols } = usePreferences();
  const navigate = useNavigate();
  const fixed = useFixedCommands(session, ws, onCreate);
  const [typed, setTyped] = useState('');
  const own = useFound(ws, opened ? typed : '');

  const close = () => {
    setTyped('');
    onClose();
  };

  const openSymbol = (symbol: string) =>
    void navigate({
      to: '/w/$ws/chart',
      params: { ws },
      // Only what the chart knows: the address of another page holds other things.
      search: ({ interval, ind, scale, set }) => ({ symbol, interval, ind, scale, set }),
    });

  const commands = (query: string): Command[] => {
    const ratio = resolveRatio(symbols, query);
    const found = searchSymbols(symbols, query, recentSymbols).slice(0, SYMBOLS_IN_PALETTE);
    return [
      ...(ratio && !found.some(({ symbol }) => symbol === ratio) ? [ratioCommand(ratio, openSymbol)] : []),
      ...found.map((symbol) => symbolCommand(symbol, openSymbol)),
      ...(query === '' ? [] : searchCategories(symbols, query))
        .slice(0, CATEGORIES_IN_PALETTE)
        .map((category) => categoryCommand(category, openSymbol)),
      ...fixed.filter(({ words }) => query === '' || rank(words, query) !== undefined),
      // Last, since they come late: what is chosen meanwhile stays where it is.
      ...own.rows,
    ];
  };

  return (
    <CommandDialog
      opened={opened}
      onClose={close}
      title="Symbol, page or command"
      placeholder="Symbol, page or command"
      commands={commands}
      onQuery={setTyped}
      empty={(query) =>
        own.isAsking
          ? 'Looking…'
          : own.isRefused
            ? 'Backtests, plans and members could not be asked for.'
            : `Nothing is called “${query}”.`
      }
      footer={
        <>
          <span className="ui-keys">↑↓ choose · Enter open</span>
          <span>ETH/BTC for a ratio</span>
        </>
      }
    />
  );
}

function symbolCommand(symbol: MarketSymbol, open: (symbol: string) => void): Command {
  return {
    id: `symbol ${symbol.symbol}`,
    group: 'Symbols',
    label: (
      <>
        <strong>{symbol.symbol}</strong>
        <span className="dim">{symbol.quote_asset && `${symbol.base_asset} / ${symbol.quote_asset}`}</span>
      </>
    ),
    hint: <LastPrice symbol={symbol} />,
    run: () => open(symbol.symbol),
  };
}

function ratioCommand(ratio: string, open: (symbol: string) => void): Command {
  return { id: `ratio ${ratio}`, group: 'Ratio', label: <strong>{ratio}</strong>, run: () => open(ratio) };
}

function categoryCommand({ name, series, members }: CategoryFound, open: (symbol: string) => void): Command {
  return {
    id: `category ${name}`,
    group: 'Categories',
    label: <strong>{name}</strong>,
    hint: `index of ${members}`,
    run: () => open(series),
  };
}

type Fixed = Command & { words: string };

function useFixedCommands(session: Session, ws: string, onCreate: () => void): Fixed[] {
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const [zone, setZone] = useZone();
  const openWorkspace = useWorkspaceNavigate();
  const entry = (group: string, words: string, run: () => void, hint?: string): Fixed => ({
    id: `${group} ${words}`,
    group,
    label: words,
    words,
    hint,
    run,
  });
  return [
    entry('Go to', 'Chart', () => void navigate({ to: '/w/$ws/chart', params: { ws } }), 'g c'),
    entry('Go to', 'Scanner', () => void navigate({ to: '/w/$ws/scanner', params: { ws } }), 'g s'),
    entry('Go to', 'Heatmap', () => void navigate({ to: '/w/$ws/heatmap', params: { ws } }), 'g h'),
    entry('Go to', 'Categories', () => void navigate({ to: '/w/$ws/categories', params: { ws } }), 'g k'),
    entry('Go to', 'Backtests', () => void navigate({ to: '/w/$ws/backtests', params: { ws } }), 'g b'),
    entry('Go to', 'Plans', () => void navigate({ to: '/w/$ws/plans', params: { ws } }), 'g p'),
    entry('Go to', 'Accounts', () => void navigate({ to: '/w/$ws/accounts', params: { ws } }), 'g a'),
    entry('Go to', 'Orders', () => void navigate({ to: '/w/$ws/orders', params: { ws } }), 'g o'),
    entry('Go to', 'Data coverage', () => void navigate({ to: '/w/$ws/data', params: { ws } }), 'g d'),
    entry('Go to', 'Jobs', () => void navigate({ to: '/w/$ws/jobs', params: { ws } }), 'g j'),
    entry('Go to', 'Members', () => void navigate({ to: '/w/$ws/members', params: { ws } }), 'g m'),
    entry('Go to', 'Your settings', () => void navigate({ to: '/settings' })),
    entry(
      'Go to',
      'Workspace settings',
      () => void navigate({ to: '/w/$ws/settings', params: { ws } }),
      'g ,',
    ),
    entry(
      'Actions',
      'New backtest…',
      () => void navigate({ to: '/w/$ws/backtests/new', params: { ws } }),
      'b',
    ),
    entry('Actions', 'New trade plan…', () => void navigate({ to: '/w/$ws/plans/new', params: { ws } }), 'n'),
    entry('Actions', 'Create workspace…', onCreate),
    entry(
      'Actions',
      zone === 'utc' ? 'Show local time' : 'Show UTC',
      () => setZone(zone === 'utc' ? 'local' : 'utc'),
      't z',
    ),
    ...THEMES.map(({ value, label }) => entry('Actions', `Theme: ${label}`, () => setColorScheme(value))),
    ...session.workspaces
      .filter(({ id }) => id !== ws)
      .map(({ id, name, role }) => ({
        ...entry('Workspaces', `Switch to ${name}`, () => openWorkspace(id), role),
        id: `workspace ${id}`,
        label: (
          <>
            <Icon name="briefcase" size={16} /> {name}
          </>
        ),
      })),
  ];
}
