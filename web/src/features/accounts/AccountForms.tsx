import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { accountsKey, deposit, resetAccount, updateAccount } from '~/api/accounts';
import type { PaperAccount } from '~/api/client';
import { describeError } from '~/api/problem';
import { FormAlert, formProblems } from '~/components/Problem';
import { decimalText, plainDecimal, readDecimal } from '~/lib/decimal';
import { formatMoney } from '~/lib/money';
import { toastDone } from '~/lib/toast';
import { isNameTyped } from '~/lib/typedName';
import { ResetEnds } from './ResetEnds';

export interface AccountFormProps {
  ws: string;
  account: PaperAccount;
  etag: string;
  onClose: () => void;
}

/** Changes accounts; whatever comes of it, they are read again. */
export function useAccountChange<In, Out>(
  ws: string,
  act: (input: In) => Promise<Out>,
  onDone: (out: Out) => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: accountsKey(ws) }),
  });
}

interface FrameProps {
  action: string;
  color?: string;
  isPending: boolean;
  messages: readonly string[];
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A form in a dialog. */
export function FormFrame({ action, color, isPending, messages, onSubmit, onClose, children }: FrameProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {children}
        <FormAlert messages={messages} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" color={color} loading={isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const TERMS = ['name', 'fee_bps', 'slippage_bps', 'max_leverage'] as const;
export type Terms = Record<(typeof TERMS)[number], string>;

interface TermsProps {
  terms: Terms;
  errors: Record<string, string>;
  onChange: (terms: Terms) => void;
}

const TERM_WORDS: Record<keyof Terms, [label: string, description?: string]> = {
  name: ['Name'],
  fee_bps: ['Fee', 'Of each fill, in hundredths of a percent (bps)'],
  slippage_bps: ['Slippage', 'Against you at each fill, in bps'],
  max_leverage: ['Leverage', 'What is held may be worth so many times the equity'],
};

export function TermFields({ terms, errors, onChange }: TermsProps) {
  return TERMS.map((name) => {
    const [label, description] = TERM_WORDS[name];
    return (
      <TextInput
        key={name}
        label={label}
        description={description}
        inputMode={name === 'name' ? 'text' : 'decimal'}
        value={terms[name]}
        error={errors[name]}
        onChange={(event) => onChange({ ...terms, [name]: event.currentTarget.value })}
      />
    );
  });
}

export function SettingsForm({ ws, account, etag, onClose }: AccountFormProps) {
  const [terms, setTerms] = useState<Terms>(account);
  const changed = TERMS.filter((name) => terms[name].trim() !== account[name]);
  const asSent = (name: keyof Terms) => (name === 'name' ? terms.name.trim() : plainDecimal(terms[name]));
  const save = useAccountChange(
    ws,
    (names: readonly (keyof Terms)[]) =>
      updateAccount(ws, account.id, etag, Object.fromEntries(names.map((name) => [name, asSent(name)]))),
    () => {
      onClose();
      toastDone('The account was saved.');
    },
  );
  const isStale = save.error !== null && describeError(save.error).status === 412;
  const { byField, rest } = formProblems(isStale ? undefined : save.error, TERMS);
  const stale =
    'The account has changed a moment ago, by a fill or somebody else. What you typed is kept: save again.';
  return (
    <FormFrame
      action="Save"
      isPending={save.isPending}
      messages={isStale ? [stale] : rest}
      onSubmit={() => (changed.length === 0 ? onClose() : save.mutate(changed))}
      onClose={onClose}
    >
      <TermFields terms={terms} errors={byField} onChange={setTerms} />
    </FormFrame>
  );
}

export function MoneyForm({ ws, account, onClose }: AccountFormProps) {
  const [way, setWay] = useState<'in' | 'out'>('in');
  const [amount, setAmount] = useState('');
  const [note, setNote] = useState('');
  const [fault, setFault] = useState<string>();
  const value = readDecimal(amount);
  const signed = value !== undefined && value > 0n ? decimalText(way === 'in' ? value : -value) : undefined;
  const send = useAccountChange(
    ws,
    (sum: string) => deposit(ws, account.id, { amount: sum, ...(note.trim() && { note: note.trim() }) }),
    ({ cash, currency }) => {
      onClose();
      toastDone(`The account has ${formatMoney(cash)} ${currency} of cash now.`);
    },
  );
  const { byField, rest } = formProblems(send.error, ['amount', 'note']);
  const submit = () => {
    setFault(signed === undefined ? 'Type an amount above 0.' : undefined);
    if (signed !== undefined) send.mutate(signed);
  };
  return (
    <FormFrame
      action={way === 'in' ? 'Put in' : 'Take out'}
      isPending={send.isPending}
      messages={rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <SegmentedControl
        aria-label="Which way"
        value={way}
        onChange={(next) => setWay(next as typeof way)}
        data={[
          { value: 'in', label: 'Deposit' },
          { value: 'out', label: 'Withdrawal' },
        ]}
      />
      <TextInput
        data-autofocus
        label="Amount"
        description={`In ${account.currency}; there are ${formatMoney(account.cash)} of cash`}
        inputMode="decimal"
        value={amount}
        error={fault ?? byField.amount}
        onChange={(event) => setAmount(event.currentTarget.value)}
      />
      <TextInput
        label="Note"
        description="Kept in the ledger"
        value={note}
        error={byField.note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </FormFrame>
  );
}

export function ResetForm({ ws, account, onClose }: AccountFormProps) {
  const [typed, setTyped] = useState('');
  const [balance, setBalance] = useState(account.starting_balance);
  const [isWrong, setWrong] = useState(false);
  const reset = useAccountChange(
    ws,
    (starting_balance: string) => resetAccount(ws, account.id, { starting_balance }),
    () => {
      onClose();
      toastDone(`${account.name} begins anew.`);
    },
  );
  const { byField, rest } = formProblems(reset.error, ['starting_balance']);
  const submit = () => {
    const fits = isNameTyped(typed, account.name);
    setWrong(!fits);
    if (fits) reset.mutate(plainDecimal(balance));
  };
  return (
    <FormFrame
      action="Reset account"
      color="red"
      isPending={reset.isPending}
      messages={rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <Text size="sm">
        All that it holds is closed at the newest prices, and its cash becomes the balance below. The ledger
        goes on; profit is counted from there.
      </Text>
      <Text size="sm">
        <ResetEnds ws={ws} id={account.id} />
      </Text>
      <TextInput
        label="Balance"
        description={`In ${account.currency}`}
        inputMode="decimal"
        value={balance}
        error={byField.starting_balance}
        onChange={(event) => setBalance(event.currentTarget.value)}
      />
      <TextInput
        label={`Type ${account.name} to confirm`}
        value={typed}
        error={isWrong ? 'This is not the name of the account.' : undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </FormFrame>
  );
}
