import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { backtestsQuery } from '~/api/backtests';
import { membersQuery } from '~/api/members';
import { plansQuery } from '~/api/plans';
import type { Command } from '~/components/CommandDialog';
import { rank } from '~/lib/rank';

const SETTLES_MS = 120;
const ASKED_FROM = 2;
const OF_A_KIND = 4;

interface Found {
  rows: Command[];
  /** Why there are none: still asked for, or in vain. */
  isAsking: boolean;
  isRefused: boolean;
}

/** What is called like that of the workspace's own: backtests, plans, members. Nothing until something is typed. */
export function useFound(ws: string, query: string): Found {
  const navigate = useNavigate();
  const [q] = useDebouncedValue(query, SETTLES_MS);
  const enabled = ws !== '' && q.length >= ASKED_FROM;
  const runs = useInfiniteQuery({ ...backtestsQuery(ws, { q, limit: OF_A_KIND }), enabled });
  const plans = useInfiniteQuery({ ...plansQuery(ws, { q, limit: OF_A_KIND }), enabled });
  const members = useQuery({ ...membersQuery(ws), enabled });
  const asked = [runs, plans, members];
  const isShort = query.length < ASKED_FROM;
  const isAsking = !isShort && (q !== query || asked.some(({ isFetching }) => isFetching));
  // What was found for other letters is not what is looked for now.
  const isOld = q !== query || runs.isPlaceholderData || plans.isPlaceholderData;
  if (!enabled || isShort || isOld) return { rows: [], isAsking, isRefused: false };
  const rows = [
    ...(runs.data?.pages[0]?.backtests ?? []).map((run) => ({
      id: `run ${run.id}`,
      group: 'Backtests',
      label: <strong>{run.name ?? run.strategy_id}</strong>,
      hint: `${run.symbol} ${run.interval}`,
      run: () => void navigate({ to: '/w/$ws/backtests/$id', params: { ws, id: run.id } }),
    })),
    ...(plans.data?.pages[0]?.trade_plans ?? []).map((plan) => ({
      id: `plan ${plan.id}`,
      group: 'Plans',
      label: <strong>{plan.legs.map(({ symbol }) => symbol).join(', ')}</strong>,
      hint: [plan.strategy_tag, plan.status].filter(Boolean).join(' · '),
      run: () => void navigate({ to: '/w/$ws/plans/$id', params: { ws, id: plan.id } }),
    })),
    ...(members.data ?? [])
      .filter(({ display_name, email }) => rank(`${display_name} ${email}`, q) !== undefined)
      .slice(0, OF_A_KIND)
      .map(({ user_id, display_name, role }) => ({
        id: `member ${user_id}`,
        group: 'Members',
        label: <strong>{display_name}</strong>,
        hint: role,
        run: () => void navigate({ to: '/w/$ws/members', params: { ws } }),
      })),
  ];
  return { rows, isAsking, isRefused: asked.some(({ isError }) => isError) };
}
