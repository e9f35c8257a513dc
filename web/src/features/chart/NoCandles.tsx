import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { healthQuery } from '~/api/session';
import { CodeLine } from '~/components/CodeLine';
import { EmptyState } from '~/components/States';
import classes from './NoCandles.module.css';

/** An instance without candles: what is missing, and the commands that fix it. */
export function NoCandles({ onRetry }: { onRetry: () => void }) {
  const { data: health } = useQuery(healthQuery);
  return (
    <>
      <h1 className="visually-hidden">Chart</h1>
      <EmptyState icon="candle" title="There are no candles yet">
        <p className="dim">
          {health?.database.detail ?? `The market database ${health?.database.path ?? ''} holds no bars.`} Run
          one of these beside the server; it notices within two seconds.
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
