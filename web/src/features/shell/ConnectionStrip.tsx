import { useQuery } from '@tanstack/react-query';
import type { Connection } from '~/api/events';
import { boardQuery } from '~/api/jobs';
import { Icon } from '~/components/Icon';
import { formatClock, zoneLabel } from '~/lib/time';
import { useNow } from '~/lib/useNow';
import { useZone } from '~/lib/useZone';
import classes from './Shell.module.css';

const PATIENCE_S = 5;

/** Says that the page does not keep itself up to date at the moment, once that has lasted. */
export function ConnectionStrip({ ws, connection }: { ws: string; connection: Connection | undefined }) {
  return (
    <div className={classes.strip} role="status">
      {connection && !connection.open && <Paused ws={ws} since_s={connection.since / 1000} />}
    </div>
  );
}

function Paused({ ws, since_s }: { ws: string; since_s: number }) {
  const now_s = useNow();
  const [zone] = useZone();
  const { dataUpdatedAt } = useQuery(boardQuery(ws));
  if (now_s - since_s < PATIENCE_S) return null;
  const asOf_s = Math.max(since_s, dataUpdatedAt / 1000);
  return (
    <p className={classes.paused}>
      <Icon name="alert" size={14} />
      Live updates paused — reconnecting… (data as of {formatClock(asOf_s, zone)} {zoneLabel(zone)})
    </p>
  );
}
