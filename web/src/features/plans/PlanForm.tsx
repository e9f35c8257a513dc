import {
  Autocomplete,
  Button,
  NativeSelect,
  SegmentedControl,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import type { MarketSymbol, PaperAccount, TradePlan, TradePlanCreate, TradeType } from '~/api/client';
import { createPlan, planQuery, plansKey, plansQuery, updatePlan } from '~/api/plans';
import { describeError } from '~/api/problem';
import { Gated, GatedNote } from '~/components/Gated';
import { Notice } from '~/components/Notice';
import page from '~/features/backtests/NewPage.module.css';
import { Problems } from '~/features/backtests/RequestForm';
import { clearDraft, useStoredDraft } from '~/features/backtests/useDraft';
import { useRequestForm } from '~/features/backtests/useRequestForm';
import { formatMoney } from '~/lib/money';
import { toastDone } from '~/lib/toast';
import { changeOf, EMPTY_PLAN, isPlanField, legsFor, type PlanDraft, readPlan, withLeg } from './draft';
import { planWords } from './fieldWords';
import { LegFields } from './LegFields';
import { StepBar, StepButtons } from './PlanSteps';
import { PlanSummary } from './PlanSummary';
import { RuleFields } from './RuleFields';
import { usePlanSteps } from './steps';
import { useMarks } from './useMarks';
import { planName, TYPE_WORDS } from './words';

interface Props {
  ws: string;
  symbols: MarketSymbol[];
  accounts: PaperAccount[];
  /** What it begins with, and what that is from: what was typed after it goes before. */
  given: Partial<PlanDraft> | undefined;
  from: string;
  /** The planned plan that is changed, and its ETag; a new one is made without. */
  edited?: Edited;
}

interface Edited {
  body: TradePlan;
  etag: string;
}

const TYPES = Object.entries(TYPE_WORDS).map(([value, label]) => ({ value, label }));
/** What was typed is kept for each thing that it began with. */
const draftKey = (ws: string, from: string) => `plan.${ws}.${from}`;

/** A plan is written down before it is traded: what, why, and what would make it wrong. */
export function PlanForm({ ws, symbols, accounts, given, from, edited }: Props) {
  const key = draftKey(ws, from);
  const [draft, setDraft] = useStoredDraft<PlanDraft>(key, (stored) => ({
    ...EMPTY_PLAN,
    account_id: accounts[0]?.id ?? EMPTY_PLAN.account_id,
    ...given,
    ...stored,
  }));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const { body, faults } = readPlan(draft);
  const run = useSave(ws, key, edited);
  const form = useRequestForm<PlanDraft, TradePlanCreate>({
    draft,
    change: (next) => setDraft((old) => ({ ...old, ...next })),
    body,
    faults,
    run,
    isField: isPlanField,
    touched,
    onTouch: setTouched,
  });
  const { errors, set } = form;
  const steps = usePlanSteps({
    ref: form.ref,
    faults,
    errors,
    refusal: run.error,
    submit: form.submit,
    show: (names) => setTouched(new Set([...touched, ...names])),
  });
  const { marks } = useMarks(draft.legs.map(({ symbol }) => symbol));
  const tags = useTags(ws);
  const account = accounts.find(({ id }) => id === draft.account_id);
  const names = symbols.map(({ symbol }) => symbol);
  const area = (name: 'thesis' | 'invalidation' | 'notes') => ({
    'data-field': name,
    value: draft[name],
    error: errors[name],
    onChange: (event: { currentTarget: HTMLTextAreaElement }) => set({ [name]: event.currentTarget.value }),
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    steps.send();
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    steps.enter();
  };
  return (
    <form ref={form.ref} className={page.page} onSubmit={onSubmit} onKeyDown={onKeyDown} noValidate>
      <h1>{edited ? `Change the plan for ${planName(edited.body)}` : 'New plan'}</h1>
      <StepBar steps={steps} errors={errors} />
      <div className={page.columns}>
        <div className={page.fields} style={steps.styleOf(1, 2)}>
          <fieldset className={page.card} style={steps.styleOf(1)}>
            <legend>What</legend>
            <SegmentedControl
              aria-label="Kind of plan"
              value={draft.trade_type}
              onChange={(type) =>
                set({
                  trade_type: type as TradeType,
                  legs: legsFor(type as TradeType, draft.legs),
                })
              }
              data={TYPES}
            />
            {draft.legs.map((leg, index) => (
              <LegFields
                key={leg.key}
                leg={leg}
                index={index}
                names={names}
                mark={marks.get(leg.symbol)}
                errors={errors}
                onChange={(next, ...fields) =>
                  set({ legs: changed(draft, index, next) }, ...fields.map((name) => `legs.${index}.${name}`))
                }
                onRemove={
                  draft.trade_type === 'basket' && draft.legs.length > 2
                    ? () => set({ legs: draft.legs.filter((one) => one !== leg) })
                    : undefined
                }
              />
            ))}
            {errors.legs && <p className={page.warning}>{errors.legs}</p>}
            {draft.trade_type === 'basket' && (
              <div>
                <Button variant="default" onClick={() => set({ legs: withLeg(draft.legs) })}>
                  Add a leg
                </Button>
              </div>
            )}
          </fieldset>
          <fieldset className={page.card} style={steps.styleOf(2)}>
            <legend>Why</legend>
            <Textarea label="Thesis" description="Why it should work" rows={3} {...area('thesis')} />
            <Textarea
              label="Invalidation"
              description="What would show that it is wrong"
              rows={2}
              {...area('invalidation')}
            />
            <RuleFields
              rule={draft.rule}
              symbols={symbols}
              fallback={draft.legs.map(({ symbol }) => symbol).join('/')}
              errors={errors}
              onChange={(rule, ...fields) => set({ rule }, ...fields)}
            />
            <div className={page.grid}>
              <Autocomplete
                data-field="strategy_tag"
                label="Strategy"
                description="A word to find its kind again"
                data={tags}
                value={draft.strategy_tag}
                error={errors.strategy_tag}
                onChange={(strategy_tag) => set({ strategy_tag })}
                size="xs"
              />
              <TextInput label="Tags" description="Words between commas" {...form.text('tags')} />
            </div>
            <Textarea label="Notes" rows={2} {...area('notes')} />
          </fieldset>
        </div>
        <aside className={page.side} style={steps.styleOf(3)} aria-label="What it comes to">
          <div className={page.card}>
            <NativeSelect
              data-field="account_id"
              label="Account"
              value={draft.account_id}
              disabled={edited !== undefined}
              error={errors.account_id}
              onChange={(event) => set({ account_id: event.currentTarget.value })}
              data={accounts.map(({ id, name, equity, currency }) => ({
                value: id,
                label: `${name} · ${formatMoney(equity)} ${currency}`,
              }))}
            />
            <TextInput
              label="Most that may be lost"
              description={`At the stops, in ${account?.currency ?? 'money'}; a plan that risks more is refused`}
              inputMode="decimal"
              {...form.text('max_risk_amount')}
            />
            <Switch
              label="Close by itself"
              description="At the first stop or target that is reached"
              checked={draft.auto_close}
              error={errors.auto_close}
              onChange={(event) => set({ auto_close: event.currentTarget.checked })}
            />
            <PlanSummary draft={draft} account={account} marks={marks} />
            {run.error && describeError(run.error).status === 412 ? (
              <Notice title="Somebody changed this plan a moment ago">
                What you typed is kept. Save again to put it over theirs; the history keeps both.
              </Notice>
            ) : (
              <Problems
                error={run.error}
                faults={form.submitted ? faults : {}}
                words={planWords(draft.legs)}
              />
            )}
            <GatedNote needs="trader" what="You can look, not plan" />
            <Gated needs="trader">
              <Button type="submit" size="sm" loading={run.isPending} fullWidth>
                Save plan
              </Button>
            </Gated>
            <p className={page.note}>
              Nothing is traded by this.
              <span className="ui-keys"> Ctrl or ⌘ with Enter saves it from any field.</span>
            </p>
          </div>
        </aside>
      </div>
      <StepButtons steps={steps} />
    </form>
  );
}

const changed = (
  { legs, trade_type }: PlanDraft,
  index: number,
  next: Partial<PlanDraft['legs'][number]>,
) => {
  const all = legs.map((leg, at) => (at === index ? { ...leg, ...next } : leg));
  return trade_type === 'pair' && next.side !== undefined ? opposed(all, index) : all;
};

/** The sides of a pair are opposite ones: choosing one chooses the other. */
const opposed = (legs: PlanDraft['legs'], index: number): PlanDraft['legs'] =>
  legs.map((leg, at) =>
    at === index ? leg : { ...leg, side: legs[index]?.side === 'long' ? 'short' : 'long' },
  );

/** Makes a plan, or changes the one that was looked at; of one that somebody else has changed since it is said so. */
function useSave(ws: string, key: string, edited: Edited | undefined) {
  const client = useQueryClient();
  const navigate = useNavigate();
  // What the typing began from: a change of somebody else must not be overwritten unseen.
  const [etag, setEtag] = useState(edited?.etag ?? '');
  return useMutation<unknown, Error, TradePlanCreate>({
    mutationFn: async (body) => {
      const plan = edited
        ? (await updatePlan(ws, edited.body.id, etag, changeOf(body))).body
        : await createPlan(ws, body);
      clearDraft(key);
      await client.invalidateQueries({ queryKey: plansKey(ws) });
      toastDone(`The plan for ${planName(plan)} is ${edited ? 'changed' : 'written down'}.`);
      await navigate({ to: '/w/$ws/plans/$id', params: { ws, id: plan.id } });
    },
    onError: async (error) => {
      if (!edited || describeError(error).status !== 412) return;
      setEtag((await client.fetchQuery(planQuery(ws, edited.body.id))).etag);
    },
  });
}

/** Words that other plans were given. */
function useTags(ws: string): string[] {
  const { data } = useInfiniteQuery(plansQuery(ws, {}));
  const used = (data?.pages ?? []).flatMap(({ trade_plans }) =>
    trade_plans.map(({ strategy_tag }) => strategy_tag),
  );
  return [...new Set(used.filter((tag) => tag !== null))].sort();
}
