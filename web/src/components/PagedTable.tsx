import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { DataTable, type DataTableProps } from './DataTable';
import classes from './PagedTable.module.css';
import { ErrorState, SkeletonRows } from './States';

/** What an infinite query says of itself. */
interface Pages {
  isPending: boolean;
  isError: boolean;
  error: unknown;
  isPlaceholderData: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  refetch: () => unknown;
  fetchNextPage: () => unknown;
}

interface Props<T> extends DataTableProps<T> {
  pages: Pages;
  /** What to show where there are no rows. */
  empty: ReactNode;
}

/** A table whose rows come page after page, in each of its states. */
export function PagedTable<T>({ pages, empty, ...table }: Props<T>) {
  if (pages.isPending) return <SkeletonRows rows={8} />;
  if (pages.isError) return <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />;
  return (
    <>
      {table.rows.length === 0 ? (
        empty
      ) : (
        <div className={classes.table} data-stale={pages.isPlaceholderData || undefined}>
          <DataTable {...table} />
        </div>
      )}
      {pages.hasNextPage && (
        <Button
          variant="default"
          className={classes.more}
          loading={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </>
  );
}
