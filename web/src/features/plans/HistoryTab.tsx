import { useInfiniteQuery } from '@tanstack/react-query';
import type { TradePlan, TradePlanChange } from '~/api/client';
import { planHistoryQuery } from '~/api/plans';
import { Ago } from '~/components/Ago';
import type { Column } from '~/components/DataTable';
import { PagedTable } from '~/components/PagedTable';
import { EmptyState } from '~/components/States';
import { useNames } from '~/features/categories/useNames';
import { changeLines } from './changes';
import classes from './Paper.module.css';
import { CHANGE_WORDS } from './words';

/** Each version of the plan: who made it, and what was another thing before. */
export function HistoryTab({ ws, plan }: { ws: string; plan: TradePlan }) {
  const nameOf = useNames(ws);
  const changes = useInfiniteQuery(planHistoryQuery(ws, plan.id));
  return (
    <PagedTable
      label="History"
      pages={changes}
      columns={columnsOf(nameOf, (leg) => plan.legs.find(({ id }) => id === leg)?.symbol ?? '')}
      rows={changes.data?.pages.flatMap((page) => page.changes) ?? []}
      rowKey={({ version }) => version}
      rowHeight={40}
      empty={<EmptyState icon="list" title="Nothing has happened" />}
    />
  );
}

const columnsOf = (
  nameOf: (id: string) => string,
  symbolOf: (leg: string) => string,
): Column<TradePlanChange>[] => [
  { key: 'version', header: 'Version', wide: true, cell: ({ version }) => version },
  {
    key: 'what',
    header: 'What',
    cell: ({ action, actor_id, created_at }) => (
      <span className="ui-name">
        <strong>
          {action === 'invalidate' ? CHANGE_WORDS.invalidate : `${nameOf(actor_id)} ${CHANGE_WORDS[action]}`}
        </strong>
        <span>
          <Ago iso={created_at} />
        </span>
      </span>
    ),
  },
  {
    key: 'changes',
    header: 'Changes',
    cell: ({ action, changes }) =>
      action === 'create' ? (
        ''
      ) : (
        <ul className={`ui-list ${classes.text}`}>
          {changeLines(changes, symbolOf).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      ),
  },
];
