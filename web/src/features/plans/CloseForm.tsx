import { Button, Group, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { PaperClose, TradePlan } from '~/api/client';
import { closePlan, planPnlQuery } from '~/api/plans';
import { Gain } from '~/components/Money';
import { FormAlert } from '~/components/Problem';
import { type Decimal, decimalOf, decimalText, over, readDecimal } from '~/lib/decimal';
import { formatExact, formatMoney } from '~/lib/money';
import { type Closing, fractionOf, previewClose, termsBody, totalAfter } from './moves';
import classes from './Paper.module.css';
import { PreviewTable } from './PreviewTable';
import { TermsFields } from './TermsFields';
import { type MoveProps, moveMessages, useMove } from './useMove';
import { useTerms } from './useTerms';
import { planName } from './words';

type Part = 'all' | 'fraction' | 'legs';

interface Asked {
  body: Pick<PaperClose, 'fraction' | 'legs'>;
  closing: Closing;
  fault: string | undefined;
}

const WHOLE = decimalOf(1);

/** How much is closed, as it was typed: of everything, a percentage, or a quantity of each leg. */
export function readPart(
  plan: TradePlan,
  part: Part,
  percent: string,
  quantities: Record<string, string>,
): Asked {
  if (part === 'all') return { body: {}, closing: fractionOf(plan, WHOLE), fault: undefined };
  if (part === 'fraction') {
    const value = readDecimal(percent);
    const fraction = value === undefined ? undefined : over(value, decimalOf(100));
    if (fraction === undefined || fraction <= 0n || fraction > WHOLE)
      return { body: {}, closing: new Map(), fault: 'Type a percentage above 0, up to 100.' };
    return {
      body: { fraction: decimalText(fraction) },
      closing: fractionOf(plan, fraction),
      fault: undefined,
    };
  }
  return readLegs(plan, quantities);
}

function readLegs(plan: TradePlan, quantities: Record<string, string>): Asked {
  const typed = Object.entries(quantities).filter(([, text]) => text.trim() !== '');
  const read = typed.map(([id, text]): [string, Decimal | undefined] => [id, readDecimal(text)]);
  const tooMuch = read.find(([id, value]) => {
    const open = readDecimal(plan.legs.find((leg) => leg.id === id)?.quantity_open) ?? 0n;
    return value === undefined || value <= 0n || value > open;
  });
  const closing = new Map(read.flatMap(([id, value]) => (value === undefined ? [] : [[id, value] as const])));
  const fault =
    typed.length === 0
      ? 'Type how much of which leg.'
      : tooMuch && `Of leg ${tooMuch[0]} more than 0 and at most what is open.`;
  const legs = [...closing].map(([leg_id, value]) => ({ leg_id, quantity: decimalText(value) }));
  return { body: { legs }, closing, fault };
}

const noteBody = (note: string): Pick<PaperClose, 'note'> => (note.trim() === '' ? {} : { note });

export function CloseForm(props: MoveProps) {
  const { ws, plan, etag, account, onClose } = props;
  const [part, setPart] = useState<Part>('all');
  const [percent, setPercent] = useState('50');
  const [quantities, setQuantities] = useState<Record<string, string>>({});
  const [note, setNote] = useState('');
  const [fault, setFault] = useState<string>();
  const terms = useTerms(plan, account);
  const asked = readPart(plan, part, percent, quantities);
  const preview = previewClose(plan, asked.closing, terms);
  const { data: pnl } = useQuery(planPnlQuery(ws, plan.id));
  const total = pnl && totalAfter(plan, pnl, asked.closing, terms);
  const close = useMove(
    props,
    () => closePlan(ws, plan.id, etag, { ...termsBody(terms.typed), ...asked.body, ...noteBody(note) }),
    part === 'all' ? `${planName(plan)} is closed.` : `A part of ${planName(plan)} is closed.`,
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setFault(asked.fault);
    if (asked.fault === undefined) close.mutate();
  };
  const open = plan.legs.filter(({ quantity_open }) => (readDecimal(quantity_open) ?? 0n) > 0n);
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <SegmentedControl
          aria-label="How much"
          value={part}
          onChange={(value) => setPart(value as Part)}
          data={[
            { value: 'all', label: 'Everything' },
            { value: 'fraction', label: 'A share' },
            { value: 'legs', label: 'By leg' },
          ]}
        />
        {part === 'fraction' && (
          <TextInput
            label="Share"
            description="Of what is open of each leg, in percent"
            inputMode="decimal"
            w={200}
            value={percent}
            onChange={(event) => setPercent(event.currentTarget.value)}
          />
        )}
        {part === 'legs' && (
          <div className={classes.leg} style={{ border: 0, padding: 0 }}>
            {open.map((leg) => (
              <TextInput
                key={leg.id}
                label={`Quantity of ${leg.symbol}`}
                description={`${formatExact(leg.quantity_open)} are open`}
                inputMode="decimal"
                value={quantities[leg.id] ?? ''}
                onChange={(event) => setQuantities({ ...quantities, [leg.id]: event.currentTarget.value })}
              />
            ))}
          </div>
        )}
        <TermsFields symbols={open.map(({ symbol }) => symbol)} terms={terms} error={close.error} />
        <PreviewTable preview={preview} />
        <Textarea
          label="Why"
          description="Kept in the plan's notes"
          autosize
          minRows={1}
          maxRows={6}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <p className="ui-footer">
          <span>
            Realized <Gain value={decimalText(preview.realized)} />
          </span>
          <span>
            Fees <b>{formatMoney(decimalText(preview.fees))}</b>
          </span>
          <span>
            This close <Gain value={decimalText(preview.realized - preview.fees)} /> {account.currency}
          </span>
          {total !== undefined && (
            <span title="With all fees, those paid before too; what stays open counts at the same prices">
              Whole plan then <Gain value={decimalText(total)} /> {account.currency}
            </span>
          )}
        </p>
        <FormAlert
          messages={[...(fault && asked.fault ? [asked.fault] : []), ...moveMessages(close.error)]}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" loading={close.isPending}>
            {part === 'all' ? 'Close' : 'Close this part'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
