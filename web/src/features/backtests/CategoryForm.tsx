import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { runCategoryBacktest } from '~/api/backtests';
import type { MarketSymbol, MomentumCreate } from '~/api/client';
import { symbolsInQuery } from '~/api/market';
import { SetSelect } from '~/features/categories/SetSelect';
import { coverageOf } from '~/features/chart/coverage';
import { indexSeries } from '~/lib/category';
import { INTERVALS } from '~/lib/interval';
import { namesOf } from '~/lib/names';
import { type CategoryDraft, EMPTY_CATEGORY, hasCategoryField, readCategory } from './categoryRequest';
import { Estimate } from './Estimate';
import { barsBetween } from './estimates';
import classes from './NewPage.module.css';
import { RangeFields } from './RangeFields';
import { RequestForm } from './RequestForm';
import { UniverseSwitch } from './UniverseSwitch';
import { clearDraft, useStoredDraft } from './useDraft';
import { useRequestForm } from './useRequestForm';
import { useOpenRun } from './useRunAgain';

interface Props {
  ws: string;
  symbols: MarketSymbol[];
  /** From the address bar or a run to be edited; what was typed wins over it. */
  given: Partial<CategoryDraft>;
  /** What it began with, as the address has it. */
  from: string;
  /** The quote asset of the workspace. */
  quote: string;
}

const STRATEGIES = [
  { value: 'relative_momentum', label: 'Relative momentum' },
  { value: 'risk_adjusted_momentum', label: 'Risk-adjusted momentum' },
];
const RANKED_BY = {
  relative_momentum: 'Ranked by the return over the lookback',
  risk_adjusted_momentum: 'Ranked by the return over the lookback ÷ its volatility',
};

/** A backtest that holds the strongest symbols of a category and sells the weakest short. */
export function CategoryForm({ ws, symbols: all, given, from, quote }: Props) {
  const key = `category.${ws}.${from}`;
  const [draft, setDraft, restart] = useStoredDraft<CategoryDraft>(key, (stored) => ({
    ...EMPTY_CATEGORY,
    quote_asset: quote,
    ...given,
    ...stored,
  }));
  const { data: symbols = all } = useQuery(symbolsInQuery(draft.category_set_id || undefined));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const { body, faults } = readCategory(draft);
  const run = useSend(ws, () => clearDraft(key));
  const form = useRequestForm({
    draft,
    change: (next) => setDraft((old) => ({ ...old, ...next })),
    body,
    faults,
    run,
    isField: hasCategoryField,
    touched,
    onTouch: setTouched,
    restart,
  });
  const { errors, set, text } = form;
  const members = membersOf(symbols, draft);
  const series = seriesOf(draft, members);
  const coverage = coverageOf(symbols, series, draft.interval);
  const number = (name: keyof CategoryDraft & string, label: string, description: string) => (
    <TextInput label={label} description={description} inputMode="decimal" {...text(name)} />
  );
  const choice = <Name extends 'strategy' | 'weighting' | 'interval'>(
    name: Name,
    label: string,
    description: string,
    data: { value: string; label: string }[],
  ) => (
    <Select
      data-field={name}
      label={label}
      description={description}
      data={data}
      value={draft[name]}
      allowDeselect={false}
      error={errors[name]}
      onChange={(value) => value && set({ [name]: value } as Partial<CategoryDraft>)}
    />
  );

  return (
    <RequestForm
      form={form}
      title="New backtest"
      head={<UniverseSwitch ws={ws} value="category" />}
      action="Run backtest"
      path={`${ws}/backtests/category-relative-momentum`}
      extra={
        <Estimate
          ws={ws}
          strategyId={draft.strategy}
          bars={barsBetween(draft, coverage)}
          members={members.length}
        />
      }
    >
      <fieldset className={classes.card}>
        <legend>Ranking</legend>
        <div className={classes.grid}>
          {choice('strategy', 'Strategy', RANKED_BY[draft.strategy], STRATEGIES)}
          {number('lookback', 'Lookback', 'Bars of the ranking')}
          {number('skip', 'Skip', 'Newest bars that it leaves out')}
          {number('long_count', 'Long', 'The best so many are bought; 0 for none')}
          {number('short_count', 'Short', 'The worst so many are sold; 0 for none')}
          {number('rebalance_every', 'Rebalance every', 'Bars from one ranking to the next')}
          {choice('weighting', 'Weighting', 'Parts of the symbols of a side', [
            { value: 'equal', label: 'Equal' },
            { value: 'inverse_volatility', label: 'Inverse volatility' },
          ])}
        </div>
      </fieldset>
      <fieldset className={classes.card}>
        <legend>Data</legend>
        <UniverseFields
          ws={ws}
          symbols={symbols}
          draft={draft}
          errors={errors}
          onChange={set}
          members={members.length}
        />
        <div className={classes.grid}>
          <TextInput
            label="Quote asset"
            description="What the symbols are priced in"
            {...text('quote_asset')}
          />
          {choice(
            'interval',
            'Interval',
            'Stored, or made of shorter bars',
            INTERVALS.map((value) => ({ value, label: value })),
          )}
        </div>
        <RangeFields
          draft={{ from: draft.from, to: draft.to, interval: draft.interval, symbol: series }}
          errors={errors}
          coverage={coverage}
          onChange={set}
        />
      </fieldset>
      <fieldset className={classes.card}>
        <legend>Execution</legend>
        <div className={classes.grid}>
          {number('initial_capital', 'Initial capital', 'In the quote asset')}
          {number('fee_bps', 'Fee', 'Of what is traded, in bps')}
          {number('slippage_bps', 'Slippage', 'Against you at each fill, in bps')}
          {number('max_gap_factor', 'Gap limit', 'A jump beyond this factor is another asset')}
        </div>
      </fieldset>
    </RequestForm>
  );
}

function useSend(ws: string, onSent: () => void) {
  const open = useOpenRun(ws);
  return useMutation<unknown, Error, MomentumCreate>({
    mutationFn: async (body) => {
      const backtest = await runCategoryBacktest(ws, body);
      onSent();
      await open(backtest);
    },
  });
}

/** What stands for all that is ranked when it is asked what is stored; empty before anything is chosen. */
function seriesOf({ universe, category, quote_asset }: CategoryDraft, members: MarketSymbol[]): string {
  if (universe === 'symbols') return members[0]?.symbol ?? '';
  return category.trim() === '' ? '' : indexSeries(category, quote_asset);
}

/** The stored symbols that will be ranked. */
function membersOf(
  symbols: MarketSymbol[],
  { universe, category, symbols: typed, quote_asset }: CategoryDraft,
) {
  const quote = quote_asset.trim().toUpperCase();
  const named = new Set(namesOf(typed));
  const name = category.trim().toLowerCase();
  return symbols.filter(
    (symbol) =>
      symbol.quote_asset === quote &&
      (universe === 'symbols'
        ? named.has(symbol.symbol)
        : symbol.categories.some((one) => one.toLowerCase() === name)),
  );
}

interface UniverseProps {
  ws: string;
  symbols: MarketSymbol[];
  draft: CategoryDraft;
  errors: Record<string, string>;
  members: number;
  onChange: (change: Partial<CategoryDraft>) => void;
}

function UniverseFields({ ws, symbols, draft, errors, members, onChange }: UniverseProps) {
  const categories = [...new Set(symbols.flatMap((symbol) => symbol.categories))].sort((a, b) =>
    a.localeCompare(b),
  );
  const isNamed = draft.universe === 'symbols';
  return (
    <>
      <SegmentedControl
        aria-label="Which symbols"
        style={{ alignSelf: 'flex-start' }}
        value={draft.universe}
        onChange={(universe) => onChange({ universe: universe as CategoryDraft['universe'] })}
        data={[
          { value: 'category', label: 'A category' },
          { value: 'symbols', label: 'Named symbols' },
        ]}
      />
      {isNamed ? (
        <TextInput
          data-field="symbols"
          label="Symbols"
          description={`With commas between; ${members} of them are stored in this quote asset`}
          value={draft.symbols}
          error={errors.symbols}
          spellCheck={false}
          onChange={(event) => onChange({ symbols: event.currentTarget.value })}
        />
      ) : (
        <>
          <SetSelect
            data-field="category_set_id"
            ws={ws}
            label="Categories of"
            description="A set at its newest version"
            value={draft.category_set_id || undefined}
            error={errors.category_set_id}
            onChange={(set) => onChange({ category_set_id: set ?? '', category: '' })}
          />
          <Select
            data-field="category"
            label="Category"
            description={`${members} symbols of it are stored in this quote asset`}
            placeholder={categories.length > 0 ? 'Choose one' : 'There are no categories yet'}
            data={categories}
            value={draft.category || null}
            searchable
            error={errors.category}
            onChange={(category) => onChange({ category: category ?? '' })}
          />
        </>
      )}
    </>
  );
}
