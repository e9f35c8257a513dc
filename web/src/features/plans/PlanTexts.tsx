import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { TradePlan, TradePlanUpdate } from '~/api/client';
import { planKey, planQuery, updatePlan } from '~/api/plans';
import { describeError } from '~/api/problem';
import { Gated } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { Notice } from '~/components/Notice';
import { FormAlert, formProblems } from '~/components/Problem';
import { splitAtCommas } from '~/lib/splitList';
import { toastDone } from '~/lib/toast';
import classes from './Paper.module.css';
import { ruleText } from './words';

interface Props {
  ws: string;
  plan: TradePlan;
  etag: string;
}

/** What may be written at any time, whatever state the plan is in. */
const TEXTS = ['thesis', 'invalidation', 'notes', 'tags'] as const;
type Texts = Record<(typeof TEXTS)[number], string>;

const WORDS: Record<keyof Texts, string> = {
  thesis: 'Thesis',
  invalidation: 'Invalidation',
  notes: 'Notes',
  tags: 'Tags',
};

const textsOf = (plan: TradePlan): Texts => ({
  thesis: plan.thesis ?? '',
  invalidation: plan.invalidation ?? '',
  notes: plan.notes ?? '',
  tags: plan.tags.join(', '),
});

/** Why the plan was made, what would prove it wrong, and what was noted since. */
export function PlanTexts({ ws, plan, etag }: Props) {
  const [base, setBase] = useState<{ plan: TradePlan; etag: string }>();
  return (
    <section className="ui-card" aria-label="Journal">
      <div className="ui-apart">
        <h2>Journal</h2>
        {!base && (
          <Gated needs="trader">
            <Button
              variant="default"
              leftSection={<Icon name="pencil" size={14} />}
              onClick={() => setBase({ plan, etag })}
            >
              Edit
            </Button>
          </Gated>
        )}
      </div>
      {base ? <EditForm ws={ws} base={base} onBase={setBase} /> : <ReadTexts plan={plan} />}
    </section>
  );
}

function ReadTexts({ plan }: { plan: TradePlan }) {
  const texts = textsOf(plan);
  const written = TEXTS.filter((name) => texts[name] !== '');
  return (
    <>
      {written.length === 0 && <p className="ui-note">Nothing is written yet.</p>}
      {written.map((name) => (
        <div key={name}>
          <h3 className="ui-note">{WORDS[name]}</h3>
          <p className={classes.text}>{texts[name]}</p>
        </div>
      ))}
      {plan.invalidation_rule && (
        <p className="ui-note">
          <Icon name="eye" size={13} /> Watched: {ruleText(plan.invalidation_rule)}.
        </p>
      )}
      {plan.auto_close && (
        <p className="ui-note">
          <Icon name="clock" size={13} /> It closes by itself at the first stop or target that is reached.
        </p>
      )}
    </>
  );
}

interface EditProps {
  ws: string;
  base: { plan: TradePlan; etag: string };
  onBase: (base: { plan: TradePlan; etag: string } | undefined) => void;
}

const different = (now: Texts, before: Texts) => TEXTS.filter((name) => now[name].trim() !== before[name]);

function bodyOf(now: Texts, names: readonly (keyof Texts)[]): TradePlanUpdate {
  const value = (name: keyof Texts) => (name === 'tags' ? splitAtCommas(now.tags) : now[name].trim() || null);
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}

function EditForm({ ws, base, onBase }: EditProps) {
  const { plan, etag } = base;
  const [texts, setTexts] = useState(() => textsOf(plan));
  const client = useQueryClient();
  const changed = different(texts, textsOf(plan));
  const save = useMutation({
    mutationFn: () => updatePlan(ws, plan.id, etag, bodyOf(texts, changed)),
    onSuccess: () => {
      onBase(undefined);
      toastDone('The plan was saved.');
    },
    onSettled: () => client.invalidateQueries({ queryKey: planKey(ws, plan.id) }),
  });
  const isStale = save.error !== null && describeError(save.error).status === 412;
  const { byField, rest } = formProblems(isStale ? undefined : save.error, TEXTS);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed.length === 0) onBase(undefined);
    else save.mutate();
  };
  const field = (name: keyof Texts) => ({
    label: WORDS[name],
    value: texts[name],
    error: byField[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      setTexts({ ...texts, [name]: event.currentTarget.value }),
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Textarea rows={3} {...field('thesis')} />
        <Textarea rows={2} {...field('invalidation')} />
        <Textarea rows={5} data-autofocus {...field('notes')} />
        <TextInput description="Words between commas" {...field('tags')} />
        {isStale && (
          <Stale
            ws={ws}
            base={plan}
            mine={changed}
            onDone={(fresh, isMine) => {
              onBase(fresh);
              setTexts(mergedTexts(texts, fresh.plan, isMine ? changed : []));
              save.reset();
            }}
          />
        )}
        <FormAlert messages={rest} />
        <Group>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
          <Button variant="default" onClick={() => onBase(undefined)}>
            Leave it as it was
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What was typed of these fields, and theirs of the others. */
function mergedTexts(mine: Texts, theirs: TradePlan, kept: readonly (keyof Texts)[]): Texts {
  const fresh = textsOf(theirs);
  return { ...fresh, ...Object.fromEntries(kept.map((name) => [name, mine[name]])) };
}

interface StaleProps {
  ws: string;
  /** The plan that the typing began from. */
  base: TradePlan;
  mine: readonly (keyof Texts)[];
  onDone: (fresh: { plan: TradePlan; etag: string }, isMine: boolean) => void;
}

/** 412: somebody else saved first. Nothing typed is lost; the person sees what they did and decides. */
function Stale({ ws, base, mine, onDone }: StaleProps) {
  const client = useQueryClient();
  const { data: fresh } = useQuery(planQuery(ws, base.id));
  const theirs = fresh ? different(textsOf(fresh.body), textsOf(base)) : [];
  const take = async (isMine: boolean) => {
    const { body, etag } = await client.fetchQuery(planQuery(ws, base.id));
    onDone({ plan: body, etag }, isMine);
  };
  const named = (names: readonly (keyof Texts)[]) =>
    names.length === 0 ? 'none of the texts' : names.map((name) => WORDS[name].toLowerCase()).join(', ');
  return (
    <Notice title="Somebody changed this plan in the meantime">
      <Stack gap="sm">
        <span>
          They changed {named(theirs)}; you changed {named(mine)}. Keep what you typed and save again, or take
          theirs.
        </span>
        <Group gap="sm">
          <Button variant="default" onClick={() => void take(true)}>
            Keep mine
          </Button>
          <Button variant="default" onClick={() => void take(false)}>
            Take theirs
          </Button>
        </Group>
      </Stack>
    </Notice>
  );
}
