import { TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { createAccount } from '~/api/accounts';
import type { PaperAccountCreate } from '~/api/client';
import { Dialog } from '~/components/Dialog';
import { formProblems } from '~/components/Problem';
import { plainDecimal } from '~/lib/decimal';
import { toastDone } from '~/lib/toast';
import { FormFrame, TermFields, type Terms, useAccountChange } from './AccountForms';

interface Props {
  ws: string;
  opened: boolean;
  onClose: () => void;
}

export function CreateAccountDialog({ ws, opened, onClose }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title="New paper account">
      <CreateForm ws={ws} onClose={onClose} />
    </Dialog>
  );
}

const BEGIN: Terms = { name: '', fee_bps: '10', slippage_bps: '0', max_leverage: '1' };
const FIELDS = ['name', 'fee_bps', 'slippage_bps', 'max_leverage', 'starting_balance'];

function CreateForm({ ws, onClose }: Omit<Props, 'opened'>) {
  const [terms, setTerms] = useState(BEGIN);
  const [balance, setBalance] = useState('100000');
  const [isUnnamed, setUnnamed] = useState(false);
  const navigate = useNavigate();
  const create = useAccountChange(
    ws,
    (body: PaperAccountCreate) => createAccount(ws, body),
    ({ id, name }) => {
      onClose();
      toastDone(`The account “${name}” was made.`);
      void navigate({ to: '/w/$ws/accounts/$id', params: { ws, id } });
    },
  );
  const { byField, rest } = formProblems(create.error, FIELDS);
  const name = terms.name.trim();
  const errors = isUnnamed && name === '' ? { ...byField, name: 'Give it a name.' } : byField;
  const submit = () => {
    setUnnamed(name === '');
    if (name === '') return;
    create.mutate({
      name,
      starting_balance: plainDecimal(balance),
      fee_bps: plainDecimal(terms.fee_bps),
      slippage_bps: plainDecimal(terms.slippage_bps),
      max_leverage: plainDecimal(terms.max_leverage),
    });
  };
  return (
    <FormFrame
      action="Make it"
      isPending={create.isPending}
      messages={rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <TermFields terms={terms} errors={errors} onChange={setTerms} />
      <TextInput
        label="Balance"
        description="What it begins with"
        inputMode="decimal"
        value={balance}
        error={byField.starting_balance}
        onChange={(event) => setBalance(event.currentTarget.value)}
      />
    </FormFrame>
  );
}
