import type { QueryKey } from '@tanstack/react-query';
import { backtestQuery, backtestsKey, deleteBacktest, labelBacktest } from '~/api/backtests';
import type { Backtest, LabelChange } from '~/api/client';
import { deleteSweep, labelSweep, sweepQuery, sweepsKey } from '~/api/sweeps';

/** What is named, tagged, starred and deleted the same way: a backtest and a sweep. */
export type Labelled = Pick<
  Backtest,
  'id' | 'name' | 'tags' | 'notes' | 'starred' | 'strategy_id' | 'created_by'
>;

export interface Kind {
  /** What it is called. */
  word: 'backtest' | 'sweep';
  /** What goes with it when it is deleted. */
  parts: string;
  key: (ws: string, id: string) => QueryKey;
  listKey: (ws: string) => QueryKey;
  label: (ws: string, id: string, change: LabelChange) => Promise<unknown>;
  remove: (ws: string, id: string) => Promise<unknown>;
}

export const BACKTEST: Kind = {
  word: 'backtest',
  parts: 'its equity and trades',
  key: (ws, id) => backtestQuery(ws, id).queryKey,
  listKey: (ws) => [...backtestsKey(ws), 'list'],
  label: labelBacktest,
  remove: deleteBacktest,
};

export const SWEEP: Kind = {
  word: 'sweep',
  parts: 'the table of its combinations',
  key: (ws, id) => sweepQuery(ws, id).queryKey,
  listKey: (ws) => [...sweepsKey(ws), 'list'],
  label: labelSweep,
  remove: deleteSweep,
};
