import { Button } from '@mantine/core';
import { CodeLine } from '~/components/CodeLine';
import { EmptyState } from '~/components/States';
import classes from './NoCandles.module.css';

interface Props {
  /** Why the market data cannot be read; undefined where it can be and holds nothing. */
  reason?: string;
  onRetry: () => void;
}

/** An instance without candles: what is missing, and the commands that fix it. */
export function NoCandles({ reason, onRetry }: Props) {
  return (
    <>
      <h1 className="visually-hidden">No candles</h1>
      <EmptyState icon="candle" title="There are no candles yet">
        <p className={classes.reason}>
          {reason ?? 'the market database holds no bars'}. Run one of these beside the server; this page opens
          by itself once there are candles.
        </p>
        <div className={classes.commands}>
          <span>A made-up market to try everything with</span>
          <CodeLine code="tlab demo" label="Demo command" />
          <span>Your own Binance ZIP, CSV or Parquet files</span>
          <CodeLine code="tlab import PATH…" label="Import command" />
        </div>
        <Button variant="default" onClick={onRetry}>
          Look again
        </Button>
      </EmptyState>
    </>
  );
}
