import { Link } from '@tanstack/react-router';
import type { TradePlan } from '~/api/client';
import { Ago } from '~/components/Ago';
import type { Column, Sort } from '~/components/DataTable';
import { Gain } from '~/components/Money';
import { readDecimal } from '~/lib/decimal';
import { MoveButtons } from './MoveButtons';
import classes from './Paper.module.css';
import type { CardProps } from './PlanCard';
import { PlanState } from './PlanMarks';
import { R_MEANS, riskText, rOf, rText } from './risk';
import { PLAN_STATUSES, planName, SIDE_WORDS } from './words';

const THESIS_SHOWN = 60;
const sidesOf = ({ legs }: TradePlan) => [...new Set(legs.map(({ side }) => SIDE_WORDS[side]))].join(' and ');

export const planColumns = ({ ws, nameOf, onMove }: Omit<CardProps, 'plan'>): Column<TradePlan>[] => [
  {
    key: 'name',
    header: 'Plan',
    sortable: true,
    cell: (plan) => (
      <Link to="/w/$ws/plans/$id" params={{ ws, id: plan.id }} className="ui-name">
        <strong>{planName(plan)}</strong>
        <span>
          {sidesOf(plan)}
          {plan.thesis && <span className={classes.wide}> · {plan.thesis.slice(0, THESIS_SHOWN)}</span>}
        </span>
        <span className={classes.only}>
          <PlanState status={plan.status} />
        </span>
      </Link>
    ),
  },
  {
    key: 'status',
    header: 'State',
    sortable: true,
    wide: true,
    cell: ({ status }) => <PlanState status={status} />,
  },
  { key: 'tag', header: 'Strategy', wide: true, cell: ({ strategy_tag }) => strategy_tag ?? '' },
  {
    key: 'risk',
    header: 'Risk',
    hint: 'What is lost at the stops, and how many R of the limit that is',
    align: 'right',
    sortable: true,
    wide: true,
    cell: riskText,
  },
  {
    key: 'pnl',
    header: 'P&L',
    hint: 'Realized and unrealized, fees taken off',
    align: 'right',
    sortable: true,
    cell: (plan) => (plan.opened_at === null ? '' : <Gain value={plan.pnl?.total_pnl} />),
  },
  {
    key: 'return',
    header: 'Return',
    hint: 'Of what was put in',
    align: 'right',
    sortable: true,
    wide: true,
    cell: (plan) => (plan.opened_at === null ? '' : <Gain value={plan.pnl?.return_pct} isPercent />),
  },
  {
    key: 'r',
    header: 'R',
    hint: R_MEANS,
    align: 'right',
    sortable: true,
    wide: true,
    cell: (plan) => (plan.opened_at === null ? '' : rText(plan.pnl)),
  },
  {
    key: 'age',
    header: 'Written',
    align: 'right',
    sortable: true,
    wide: true,
    cell: ({ created_at }) => <Ago iso={created_at} />,
  },
  { key: 'by', header: 'By', wide: true, cell: ({ created_by }) => nameOf(created_by) },
  {
    key: 'actions',
    header: 'Actions',
    headerHidden: true,
    align: 'right',
    wide: true,
    cell: (plan) => <MoveButtons plan={plan} onMove={(to) => onMove(plan.id, to)} />,
  },
];

type Value = bigint | string | number | undefined;

const VALUES: Record<string, (plan: TradePlan) => Value> = {
  name: planName,
  status: ({ status }) => PLAN_STATUSES.indexOf(status),
  risk: ({ planned_risk }) => readDecimal(planned_risk),
  pnl: ({ opened_at, pnl }) => (opened_at === null ? undefined : readDecimal(pnl?.total_pnl)),
  return: ({ opened_at, pnl }) => (opened_at === null ? undefined : readDecimal(pnl?.return_pct)),
  r: ({ opened_at, pnl }) => (opened_at === null || !pnl ? undefined : rOf(pnl)),
  age: ({ created_at }) => created_at,
};

/** By the exact figures; what has none stands last, whichever way it is sorted. */
export function sortPlans(plans: readonly TradePlan[], sort: Sort | undefined): TradePlan[] {
  const value = sort && VALUES[sort.key];
  if (!value) return [...plans];
  const way = sort.descending ? -1 : 1;
  return [...plans].sort((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === other) return 0;
    if (one === undefined) return 1;
    if (other === undefined) return -1;
    return one < other ? -way : way;
  });
}
