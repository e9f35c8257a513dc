import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { accountQuery } from '~/api/accounts';
import type { PaperAccount, PlanStatus } from '~/api/client';
import { cancelPlan, openPlan, planQuery } from '~/api/plans';
import { Dialog } from '~/components/Dialog';
import { Money } from '~/components/Money';
import { FormAlert } from '~/components/Problem';
import { ErrorState, SkeletonRows } from '~/components/States';
import { decimalText } from '~/lib/decimal';
import { formatMoney } from '~/lib/money';
import { CloseForm } from './CloseForm';
import { exposureAfter, type Preview, previewOpen, termsBody, whyNotOpened } from './moves';
import { PreviewTable } from './PreviewTable';
import { TermsFields } from './TermsFields';
import { type MoveProps, moveMessages, useMove } from './useMove';
import { useTerms } from './useTerms';
import { planName } from './words';

/** A plan that is to go somewhere. */
export interface Moving {
  id: string;
  to: PlanStatus;
}

interface Props {
  ws: string;
  moving: Moving | undefined;
  onClose: () => void;
}

const TITLES: Record<PlanStatus, string> = {
  planned: '',
  open: 'Open with paper money',
  closed: 'Close, or a part of it',
  cancelled: 'Cancel this plan?',
};

/** What a plan takes to be opened, closed or cancelled. It is read anew: what is seen is what is moved. */
export function MoveDialogs({ ws, moving, onClose }: Props) {
  return (
    <Dialog
      opened={moving !== undefined}
      onClose={onClose}
      title={moving ? TITLES[moving.to] : ''}
      size={moving?.to === 'cancelled' ? 'sm' : 'xl'}
    >
      {moving && <Loaded key={`${moving.id} ${moving.to}`} ws={ws} moving={moving} onClose={onClose} />}
    </Dialog>
  );
}

function Loaded({ ws, moving, onClose }: Props & { moving: Moving }) {
  const plan = useQuery(planQuery(ws, moving.id));
  const accountId = plan.data?.body.account_id ?? '';
  const account = useQuery({ ...accountQuery(ws, accountId), enabled: accountId !== '' });
  const failed = [plan, account].find(({ isError }) => isError);
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!plan.data || !account.data) return <SkeletonRows rows={5} />;
  const form = {
    ws,
    plan: plan.data.body,
    etag: plan.data.etag,
    account: account.data.body,
    onClose,
  };
  if (moving.to === 'cancelled') return <CancelForm {...form} />;
  return moving.to === 'open' ? <OpenForm {...form} /> : <CloseForm {...form} />;
}

function OpenForm(props: MoveProps) {
  const { ws, plan, etag, account, onClose } = props;
  const terms = useTerms(plan, account);
  const preview = previewOpen(plan, terms);
  const open = useMove(
    props,
    () => openPlan(ws, plan.id, etag, termsBody(terms.typed)),
    `${planName(plan)} is open.`,
  );
  const reason = whyNotOpened(plan, account, preview);
  const [isAsked, setAsked] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (reason === undefined) open.mutate();
  };
  const said = isAsked && reason !== undefined ? [reason] : moveMessages(open.error);
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TermsFields symbols={plan.legs.map(({ symbol }) => symbol)} terms={terms} error={open.error} />
        <PreviewTable preview={preview} />
        <Outcome account={account} preview={preview} />
        <FormAlert messages={said} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button
            type="submit"
            variant={reason === undefined ? 'filled' : 'default'}
            aria-disabled={reason !== undefined || undefined}
            title={reason}
            loading={open.isPending}
          >
            Open
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Cash and exposure as they would be. */
function Outcome({ account, preview }: { account: PaperAccount; preview: Preview }) {
  const exposure = preview.isComplete ? exposureAfter(account, preview) : undefined;
  return (
    <>
      <p className="ui-footer">
        <span>
          Cash <Money value={account.cash} /> {preview.cash < 0n ? '−' : '+'}{' '}
          <b>{formatMoney(decimalText(preview.cash < 0n ? -preview.cash : preview.cash))}</b>{' '}
          {account.currency}
        </span>
        <span>
          Fees <b>{formatMoney(decimalText(preview.fees))}</b>
        </span>
        {exposure && (
          <span>
            Exposure afterwards <b>{formatMoney(decimalText(exposure.after))}</b> of{' '}
            {formatMoney(decimalText(exposure.limit))} allowed
          </span>
        )}
      </p>
      {exposure?.isOver && (
        <p className="ui-notice">
          <b>More than the account carries.</b> Equity times leverage of {account.name} allows{' '}
          {formatMoney(decimalText(exposure.limit))} {account.currency}.
        </p>
      )}
    </>
  );
}

function CancelForm(props: MoveProps) {
  const { ws, plan, onClose } = props;
  const cancel = useMove(props, () => cancelPlan(ws, plan.id), `${planName(plan)} was cancelled.`);
  return (
    <Stack gap="md">
      <Text size="sm">
        {planName(plan)} is not going to be opened then. It stays readable, with all that was written.
      </Text>
      <FormAlert messages={moveMessages(cancel.error)} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button color="red" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel plan
        </Button>
      </Group>
    </Stack>
  );
}
