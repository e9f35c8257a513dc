import { Autocomplete, Select, Switch, TextInput } from '@mantine/core';
import { type UseMutationResult, useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { runBacktest } from '~/api/backtests';
import type { BacktestCreate, MarketSymbol, Strategy } from '~/api/client';
import { symbolsInQuery } from '~/api/market';
import { SetSelect } from '~/features/categories/SetSelect';
import { availability, coverageOf } from '~/features/chart/coverage';
import { resolveRatio } from '~/features/chart/symbolSearch';
import { hasIndex } from '~/lib/category';
import type { Interval } from '~/lib/interval';
import { Estimate } from './Estimate';
import { barsBetween } from './estimates';
import classes from './NewPage.module.css';
import { ParameterFields } from './ParameterFields';
import { initialDraft } from './parameters';
import { RangeFields } from './RangeFields';
import { RequestForm } from './RequestForm';
import { type BacktestDraft, type Faults, hasField, readDraft } from './request';
import { UniverseSwitch } from './UniverseSwitch';
import { clearDraft, useDraft } from './useDraft';
import { useRequestForm } from './useRequestForm';
import { useOpenRun } from './useRunAgain';

/** What is made of the form: one run, or a sweep over many. */
export interface FormKind<Body extends object> {
  title: string;
  note?: string;
  action: string;
  /** Where it is sent to, below the workspace. */
  path: string;
  /** The draft is kept under this. */
  draft: string;
  read: (draft: BacktestDraft, strategy: Strategy | undefined) => { body: Body; faults: Faults };
  useSend: (ws: string, onSent: () => void) => UseMutationResult<unknown, Error, Body>;
  /** How many runs a body asks for; one where it says nothing. */
  runs?: (body: Body) => number;
  /** What stands between title and fields. */
  head?: (ws: string) => ReactNode;
  /** Fields of its own, above the button. */
  Extra?: (props: ExtraProps<Body>) => ReactNode;
}

export interface ExtraProps<Body> {
  draft: BacktestDraft;
  body: Body;
  onChange: (change: Partial<BacktestDraft>) => void;
}

/** Sends the request and opens the page of the run: with its result, or while it is still on its way. */
function useRun(ws: string, onSent: () => void) {
  const open = useOpenRun(ws);
  return useMutation<unknown, Error, BacktestCreate>({
    mutationFn: async (body) => {
      const backtest = await runBacktest(ws, body);
      onSent();
      await open(backtest);
    },
  });
}

export const RUN_FORM: FormKind<BacktestCreate> = {
  title: 'New backtest',
  action: 'Run backtest',
  path: 'backtests',
  draft: '',
  head: (ws) => <UniverseSwitch ws={ws} value="single" />,
  read: readDraft as FormKind<BacktestCreate>['read'],
  useSend: useRun,
};

interface Props<Body extends object> {
  kind: FormKind<Body>;
  ws: string;
  strategies: Strategy[];
  symbols: MarketSymbol[];
  given: Partial<BacktestDraft>;
  /** What it began with, as the address has it. */
  from: string;
  fallback: { symbol: string; interval: Interval };
}

export function BacktestForm<Body extends object>({
  kind,
  ws,
  strategies,
  symbols: all,
  given,
  from,
  fallback,
}: Props<Body>) {
  const key = `${kind.draft}${ws}.${from}`;
  const [draft, setDraft, restart] = useDraft(key, strategies, given);
  const { data: symbols = all } = useQuery(symbolsInQuery(draft.category_set_id || undefined));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const shown = { ...draft, symbol: draft.symbol || (touched.has('symbol') ? '' : fallback.symbol) };
  const strategy = strategies.find(({ id }) => id === draft.strategy_id);
  const { body, faults } = kind.read(shown, strategy);
  const run = kind.useSend(ws, () => clearDraft(key));
  const coverage = coverageOf(symbols, shown.symbol, shown.interval);
  const form = useRequestForm({
    draft,
    change: (next) => setDraft((old) => ({ ...old, ...next })),
    body,
    faults,
    run,
    isField: (name) => hasField(name, strategy),
    touched,
    onTouch: setTouched,
    restart,
  });
  const { errors, set } = form;
  const text = (
    name: Exclude<
      keyof BacktestDraft,
      'params' | 'allow_short' | 'strategy_id' | 'symbol' | 'interval' | 'metric' | 'goal'
    >,
  ) => form.text(name);

  return (
    <RequestForm
      form={form}
      title={kind.title}
      note={kind.note}
      head={kind.head?.(ws)}
      action={kind.action}
      path={`${ws}/${kind.path}`}
      extra={
        <>
          {kind.Extra && <kind.Extra draft={shown} body={body} onChange={set} />}
          <Estimate
            ws={ws}
            strategyId={draft.strategy_id}
            bars={barsBetween(shown, coverage)}
            runs={kind.runs?.(body)}
          />
        </>
      }
    >
      <fieldset className={classes.card}>
        <legend>Strategy</legend>
        <Select
          data-field="strategy_id"
          label="Strategy"
          description={strategy?.description}
          data={strategies.map(({ id, title }) => ({ value: id, label: title }))}
          value={draft.strategy_id}
          allowDeselect={false}
          error={errors.strategy_id}
          onChange={(id) => {
            const chosen = strategies.find((one) => one.id === id);
            if (chosen) set({ strategy_id: chosen.id, params: initialDraft(chosen) });
          }}
        />
        {strategy && (
          <ParameterFields
            strategy={strategy}
            draft={draft.params}
            errors={errors}
            onChange={(name, value) => set({ params: { ...draft.params, [name]: value } }, `params.${name}`)}
          />
        )}
      </fieldset>
      <fieldset className={classes.card}>
        <legend>Data</legend>
        <SeriesFields ws={ws} symbols={symbols} draft={shown} errors={errors} onChange={set} />
        <RangeFields draft={shown} errors={errors} coverage={coverage} onChange={set} />
      </fieldset>
      <fieldset className={classes.card}>
        <legend>Execution</legend>
        <div className={classes.grid}>
          <TextInput
            label="Initial capital"
            description="In the quote asset"
            inputMode="decimal"
            {...text('initial_capital')}
          />
          <TextInput
            label="Fee"
            description="A side, in bps (100 bps are 1 %)"
            inputMode="decimal"
            {...text('fee_bps')}
          />
          <TextInput
            label="Slippage"
            description="Against you at each fill, in bps"
            inputMode="decimal"
            {...text('slippage_bps')}
          />
          <TextInput
            label="Position fraction"
            description="Of the equity, above 0 up to 1"
            inputMode="decimal"
            {...text('position_fraction')}
          />
          <Select
            data-field="execution"
            label="Fills"
            description="When an order decided at a close fills"
            data={[
              { value: 'next_open', label: 'Next open' },
              { value: 'close', label: 'Same close' },
            ]}
            value={draft.execution}
            allowDeselect={false}
            error={errors.execution}
            onChange={(value) => value && set({ execution: value as BacktestDraft['execution'] })}
          />
          <TextInput
            label="Gap limit"
            description="A jump beyond this factor ends the series"
            inputMode="decimal"
            {...text('max_gap_factor')}
          />
          <TextInput
            label="Stop loss"
            description="% of the entry price; empty for none"
            inputMode="decimal"
            {...text('stop_loss_pct')}
          />
          <TextInput
            label="Take profit"
            description="% of the entry price; empty for none"
            inputMode="decimal"
            {...text('take_profit_pct')}
          />
          <TextInput
            label="Trailing stop"
            description="% of the entry price, from the best price since"
            inputMode="decimal"
            {...text('trailing_stop_pct')}
          />
          <Switch
            data-field="allow_short"
            className={classes.switch}
            label="Allow short positions"
            description="Otherwise out of the market"
            checked={draft.allow_short}
            error={errors.allow_short}
            onChange={(event) => set({ allow_short: event.currentTarget.checked })}
          />
        </div>
      </fieldset>
    </RequestForm>
  );
}

interface SeriesProps {
  ws: string;
  symbols: MarketSymbol[];
  draft: BacktestDraft;
  errors: Faults;
  onChange: (change: Partial<BacktestDraft>) => void;
}

const SYMBOLS_OFFERED = 60;

function SeriesFields({ ws, symbols, draft, errors, onChange }: SeriesProps) {
  const intervals = availability(symbols, draft.symbol);
  const settle = () => {
    const typed = draft.symbol.trim();
    const known = symbols.find(({ symbol }) => symbol.toLowerCase() === typed.toLowerCase())?.symbol;
    const resolved = known ?? resolveRatio(symbols, typed);
    if (resolved && resolved !== draft.symbol) onChange({ symbol: resolved });
  };
  return (
    <div className={classes.grid}>
      <Autocomplete
        data-field="symbol"
        label="Symbol or ratio"
        description="A symbol, or two as A/B"
        data={symbols.map(({ symbol }) => symbol)}
        limit={SYMBOLS_OFFERED}
        value={draft.symbol}
        error={errors.symbol}
        spellCheck={false}
        onChange={(symbol) => onChange({ symbol })}
        onBlur={settle}
        size="xs"
      />
      {hasIndex(draft.symbol) && (
        <SetSelect
          data-field="category_set_id"
          ws={ws}
          label="Categories of"
          description="A set at its newest version"
          value={draft.category_set_id || undefined}
          error={errors.category_set_id}
          onChange={(set) => onChange({ category_set_id: set ?? '' })}
        />
      )}
      <Select
        data-field="interval"
        label="Interval"
        description="Stored, or made of shorter bars"
        data={intervals.map(({ interval, source }) => ({
          value: interval,
          label: source && source !== interval ? `${interval} (from ${source})` : interval,
          disabled: source === undefined,
        }))}
        value={draft.interval}
        allowDeselect={false}
        error={errors.interval}
        onChange={(interval) => interval && onChange({ interval: interval as Interval })}
      />
    </div>
  );
}
