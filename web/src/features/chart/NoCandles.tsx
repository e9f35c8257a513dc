import { Button } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { CodeLine } from '~/components/CodeLine';
import { LinkButton } from '~/components/LinkButton';
import { EmptyState } from '~/components/States';
import { DownloadSeries } from '~/features/downloads/DownloadButtons';
import type { Interval } from '~/lib/interval';
import classes from './NoCandles.module.css';

/** Goes in any folder: a YAML file is only in that of the source. */
const DOWNLOAD = 'tlab download --symbols BTCUSDT,ETHUSDT,SOLUSDT --interval 1d --from 2021-01-01';

interface Props {
  /** What is missing; without it the daily candles of Bitcoin. */
  series?: string;
  interval?: Interval;
  /** Why the market data cannot be read; undefined where it can be and holds nothing. */
  reason?: string;
  onRetry: () => void;
}

/** An instance without candles: what is missing, and the commands that fix it. */
export function NoCandles({ series = 'BTCUSDT', interval = '1d', reason, onRetry }: Props) {
  const { ws } = useParams({ from: '/w/$ws' });
  return (
    <>
      <h1 className="visually-hidden">No candles</h1>
      <EmptyState icon="candle" title="There are no candles yet">
        <p className={classes.reason}>
          {reason ?? 'the market database holds no bars'}. Download or upload some here, or run one of these
          beside the server; this page opens by itself once there are candles.
        </p>
        <DownloadSeries series={series} interval={interval} />
        <div className={classes.commands}>
          <span>A made-up market to try everything with</span>
          <CodeLine code="tlab demo" label="Demo command" />
          <span>Daily candles of three large symbols, from Binance's public archive</span>
          <CodeLine code={DOWNLOAD} label="Download command" />
          <span>Your own Binance ZIP, CSV or Parquet files</span>
          <CodeLine code="tlab import PATH…" label="Import command" />
        </div>
        <div className={classes.actions}>
          <LinkButton variant="default" to="/w/$ws/jobs" params={{ ws }} search={{ tab: 'imports' }}>
            Upload files…
          </LinkButton>
          <Button variant="default" onClick={onRetry}>
            Look again
          </Button>
        </div>
      </EmptyState>
    </>
  );
}
