import { NONE } from '~/lib/format';
import { formatAgo, formatDateTime, isoSeconds, zoneLabel } from '~/lib/time';
import { useNow } from '~/lib/useNow';
import { useZone } from '~/lib/useZone';

const STEP_S = 5;

/** How long ago something was, with the moment itself on it; a dash for what has not been. */
export function Ago({ iso }: { iso: string | null }) {
  const now_s = useNow(STEP_S);
  const [zone] = useZone();
  if (iso === null) return NONE;
  return (
    <time dateTime={iso} title={`${formatDateTime(isoSeconds(iso), zone)} ${zoneLabel(zone)}`}>
      {formatAgo(iso, now_s)}
    </time>
  );
}
