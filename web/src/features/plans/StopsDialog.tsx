import { Button, Switch, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TradePlan, TradePlanUpdate } from '~/api/client';
import { planKey, planQuery, updatePlan } from '~/api/plans';
import { describeError, mapFieldProblems } from '~/api/problem';
import { Dialog } from '~/components/Dialog';
import { Gated } from '~/components/Gated';
import { asSentence } from '~/components/Problem';
import { FormFrame } from '~/features/accounts/AccountForms';
import { plainDecimal } from '~/lib/decimal';
import { toastDone } from '~/lib/toast';
import classes from './Paper.module.css';

interface Props {
  ws: string;
  plan: TradePlan;
}

/** What may be changed of a plan that is open: where it ends. */
export function StopsButton(props: Props) {
  const [opened, setOpened] = useState(false);
  const close = () => setOpened(false);
  return (
    <>
      <Gated needs="trader">
        <Button variant="default" onClick={() => setOpened(true)}>
          Stops…
        </Button>
      </Gated>
      <Dialog opened={opened} onClose={close} title="Stops and targets" size="md">
        <StopsForm {...props} onClose={close} />
      </Dialog>
    </>
  );
}

const NAMES = ['stop_price', 'target_price'] as const;
type Prices = Record<string, string>;

const pricesOf = ({ legs }: TradePlan): Prices =>
  Object.fromEntries(legs.flatMap((leg) => NAMES.map((name) => [`${leg.id} ${name}`, leg[name] ?? ''])));

/** Only what was changed: a stop that somebody else moves meanwhile stays where they put it. */
export function stopsBody(plan: TradePlan, prices: Prices, auto_close: boolean): TradePlanUpdate {
  const before = pricesOf(plan);
  const legs = plan.legs.flatMap(({ id }) => {
    const changed = NAMES.filter((name) => prices[`${id} ${name}`]?.trim() !== before[`${id} ${name}`]);
    const values = changed.map((name) => [name, plainDecimal(prices[`${id} ${name}`] ?? '') || null]);
    return changed.length === 0 ? [] : [{ leg_id: id, ...(Object.fromEntries(values) as object) }];
  });
  return {
    ...(legs.length > 0 && { legs }),
    ...(auto_close !== plan.auto_close && { auto_close }),
  };
}

function StopsForm({ ws, plan: shown, onClose }: Props & { onClose: () => void }) {
  const [plan] = useState(shown);
  const [prices, setPrices] = useState(() => pricesOf(plan));
  const [autoClose, setAutoClose] = useState(plan.auto_close);
  const client = useQueryClient();
  const { data: now } = useQuery(planQuery(ws, plan.id));
  const body = stopsBody(plan, prices, autoClose);
  const save = useMutation({
    mutationFn: () => updatePlan(ws, plan.id, now?.etag ?? '*', body),
    onSuccess: () => {
      onClose();
      toastDone('Stops and targets were saved.');
    },
    onSettled: () => client.invalidateQueries({ queryKey: planKey(ws, plan.id) }),
  });
  const problem = save.error ? describeError(save.error) : undefined;
  const { byField, rest } = mapFieldProblems(problem?.fields ?? [], (name) => /^legs\.\d+\./.test(name));
  const sent = (body.legs ?? []).map((leg) => ('leg_id' in leg ? leg.leg_id : ''));
  const messages = [
    ...rest,
    ...(problem && problem.fields.length === 0 ? [problem.detail || problem.title] : []),
  ];
  return (
    <FormFrame
      action="Save"
      isPending={save.isPending}
      messages={messages.map(asSentence)}
      onSubmit={() => (Object.keys(body).length === 0 ? onClose() : save.mutate())}
      onClose={onClose}
    >
      {plan.legs.map(({ id, symbol }) => (
        <div key={id} className={classes.two} role="group" aria-label={symbol}>
          {NAMES.map((name) => (
            <TextInput
              key={name}
              label={`${name === 'stop_price' ? 'Stop' : 'Target'} of ${symbol}`}
              inputMode="decimal"
              value={prices[`${id} ${name}`] ?? ''}
              error={byField[`legs.${sent.indexOf(id)}.${name}`]}
              onChange={(event) => setPrices({ ...prices, [`${id} ${name}`]: event.currentTarget.value })}
            />
          ))}
        </div>
      ))}
      <Switch
        label="Close by itself"
        description="At the first stop or target that is reached"
        checked={autoClose}
        onChange={(event) => setAutoClose(event.currentTarget.checked)}
      />
    </FormFrame>
  );
}
