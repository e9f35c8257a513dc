import { UnstyledButton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './DataTable.module.css';
import { Icon } from './Icon';

export interface Column<T> {
  key: string;
  header: string;
  /** Named for screen readers only. */
  headerHidden?: boolean;
  /** What the figure is, shown on its heading. */
  hint?: string;
  align?: 'left' | 'right';
  sortable?: boolean;
  /** Left out on a phone, where only what people act on stays; on smaller or on all but large screens. */
  wide?: boolean | 'more' | 'most';
  /** Stays in view at the right edge where the table is wider than its place. */
  sticky?: boolean;
  cell: (row: T) => ReactNode;
}

export interface Sort {
  key: string;
  descending: boolean;
}

export interface DataTableProps<T> {
  label: string;
  columns: Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** The key of the row that is looked at. */
  current?: string;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  /** The end of the rows came into view: time to load more. */
  onEnd?: () => void;
  rowHeight?: number;
  /** Takes the space it is given and scrolls inside; otherwise it is as long as its rows. */
  fill?: boolean;
}

const VIRTUAL_FROM_ROWS = 200;
const OVERSCAN_ROWS = 12;

/** A real table: sticky header, `aria-sort`, and for long lists only the rows in view. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { label, columns, rows, rowHeight = 32, fill = false, onEnd } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const isVirtual = fill && rows.length > VIRTUAL_FROM_ROWS;
  const virtual = useVirtualizer({
    count: isVirtual ? rows.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN_ROWS,
  });

  const items = virtual.getVirtualItems();
  const first = isVirtual ? (items[0]?.index ?? 0) : 0;
  const last = isVirtual ? (items[items.length - 1]?.index ?? -1) : rows.length - 1;
  const before = first * rowHeight;
  const after = (rows.length - 1 - last) * rowHeight;

  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - 1) onEnd?.();
  }, [last, rows.length, onEnd]);

  return (
    <div
      ref={scroller}
      className={classes.scroller}
      data-fill={fill || undefined}
      role="region"
      aria-label={label}
      tabIndex={0}
    >
      <table className={classes.table} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column.key} column={column} {...props} />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Spacer height={before} span={columns.length} />}
          {rows.slice(first, last + 1).map((row, index) => (
            <tr
              key={props.rowKey(row)}
              aria-rowindex={first + index + 2}
              aria-current={props.rowKey(row) === props.current || undefined}
              style={{ height: rowHeight }}
            >
              {columns.map((column) => (
                <td
                  key={column.key}
                  data-align={column.align}
                  data-wide={column.wide || undefined}
                  data-sticky={column.sticky || undefined}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          {after > 0 && <Spacer height={after} span={columns.length} />}
        </tbody>
      </table>
    </div>
  );
}

function Spacer({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden="true">
      <td colSpan={span} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

function Heading<T>({ column, sort, onSort }: DataTableProps<T> & { column: Column<T> }) {
  const sorted = sort?.key === column.key ? sort : undefined;
  const direction = sorted ? (sorted.descending ? 'descending' : 'ascending') : undefined;
  const sortable = column.sortable && onSort;
  return (
    <th
      scope="col"
      data-align={column.align}
      data-wide={column.wide || undefined}
      data-sticky={column.sticky || undefined}
      aria-sort={sortable ? (direction ?? 'none') : undefined}
      title={column.hint}
    >
      {sortable ? (
        <UnstyledButton
          className={classes.sort}
          onClick={() => onSort({ key: column.key, descending: sorted ? !sorted.descending : true })}
        >
          {column.header}
          <span className={classes.arrow}>
            {sorted && <Icon name={sorted.descending ? 'arrowDown' : 'arrowUp'} size={12} />}
          </span>
        </UnstyledButton>
      ) : (
        <span className={column.headerHidden ? 'visually-hidden' : undefined}>{column.header}</span>
      )}
    </th>
  );
}
