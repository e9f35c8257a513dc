import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { type Connection, openEvents } from '~/api/events';
import { connectCache, type LiveCache } from '~/api/liveCache';
import { sessionQuery } from '~/api/session';
import { createAnnouncer } from '~/features/jobs/announce';

const CATCH_UP_MS = 30_000;

/**
 * Keeps the pages of a workspace up to date by its stream, and says how that stands. Without a stream what may
 * have changed is read again every half minute. Undefined: there is no such workspace.
 */
export function useLive(ws: string | undefined, userId: string | undefined): Connection | undefined {
  const client = useQueryClient();
  const router = useRouter();
  const [cache, setCache] = useState<LiveCache>();
  const [connection, setConnection] = useState<Connection>();

  useEffect(() => {
    if (ws === undefined || userId === undefined) return;
    const announcer = createAnnouncer(ws, userId, (job) => {
      const { pathname } = router.state.location;
      if (job.kind === 'sweep') return pathname.endsWith(`/sweeps/${job.id}`);
      if ('backtest_id' in job) return pathname.endsWith(`/backtests/${job.backtest_id}`);
      return pathname.endsWith('/jobs');
    });
    const made = connectCache(client, ws, announcer.add);
    setCache(made);
    setConnection({ open: false, since: Date.now() });
    const close = openEvents(ws, {
      onEvent: made.onEvent,
      onGap: made.onGap,
      onConnection: setConnection,
      // Where the session has ended this asks to sign in; where the workspace is gone it shows that.
      onRefused: () => client.fetchQuery({ ...sessionQuery, staleTime: 0 }),
    });
    return () => {
      close();
      made.close();
      announcer.close();
      setCache(undefined);
      setConnection(undefined);
    };
  }, [client, router, ws, userId]);

  const isDown = connection !== undefined && !connection.open;
  useEffect(() => {
    if (!isDown || !cache) return;
    const timer = setInterval(cache.catchUp, CATCH_UP_MS);
    return () => clearInterval(timer);
  }, [isDown, cache]);

  return connection;
}
