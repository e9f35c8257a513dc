import { Icon } from '~/components/Icon';
import { type Interval, isBehind } from '~/lib/interval';
import { formatAgoSeconds, formatBarTime, type Zone, zoneLabel } from '~/lib/time';
import { useNow } from '~/lib/useNow';
import { type Hole, holeText, type Series } from './series';

interface Props {
  series: Series;
  holes: readonly Hole[];
  interval: Interval;
  zone: Zone;
}

const LOOK_S = 60;

/** What keeps the chart from being believed at a glance: candles that end long ago, and those that are missing. */
export function SeriesNotes({ series, holes, interval, zone }: Props) {
  const now_s = useNow(LOOK_S);
  const { time } = series.columns;
  const last = time[time.length - 1];
  const isOld = last !== undefined && isBehind(last, interval, now_s);
  const largest = [...holes].sort((a, b) => b.bars - a.bars)[0];
  if (!isOld && !largest) return null;
  return (
    <p className="ui-footer ui-warn" style={{ padding: '4px 10px' }}>
      {isOld && (
        <span>
          <Icon name="clock" size={13} /> Last candle {formatBarTime(last, interval, zone)} {zoneLabel(zone)},{' '}
          {formatAgoSeconds(last, now_s)}: not the current price
        </span>
      )}
      {largest && (
        <span title={holes.map((hole) => holeText(hole, interval, zone)).join('\n')}>
          <Icon name="alert" size={13} /> {holeText(largest, interval, zone)}
          {holes.length > 1 && `, and ${holes.length - 1} more holes`}
        </span>
      )}
    </p>
  );
}
