import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { categorySetsQuery } from '~/api/categorySets';
import type { CategorySetSummary } from '~/api/client';
import { Ago } from '~/components/Ago';
import { type Column, DataTable } from '~/components/DataTable';
import { Gated, GatedNote } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { EmptyState, ErrorState, SkeletonRows } from '~/components/States';
import { formatInteger } from '~/lib/format';
import { useTitle } from '~/lib/useTitle';
import classes from './Categories.module.css';
import { CreateSetDialog } from './CreateSetDialog';
import { DeleteSetDialog, RenameSetDialog } from './SetDialogs';
import { useNames } from './useNames';

const route = getRouteApi('/w/$ws/categories');

/** The sets of categories of a workspace: whose, how large, and how to make one. */
export function SetsPage() {
  const { ws } = route.useParams();
  const sets = useQuery(categorySetsQuery(ws));
  const nameOf = useNames(ws);
  const [creating, setCreating] = useState(false);
  const [renaming, setRenaming] = useState<CategorySetSummary>();
  const [deleting, setDeleting] = useState<CategorySetSummary>();
  useTitle('Categories');
  const create = (
    <Gated needs="editor">
      <Button leftSection={<Icon name="plus" size={15} />} onClick={() => setCreating(true)}>
        New set…
      </Button>
    </Gated>
  );
  return (
    <div className={classes.page}>
      <header className="ui-apart">
        <h1>Category sets</h1>
        {create}
      </header>
      <p className="ui-note">
        A set says which symbols belong to which category. Heat map, scanner, charts and backtests take the
        categories of the server’s file, or those of a set of this workspace.
      </p>
      <GatedNote needs="editor" what="You may look at the sets and use them" />
      {sets.isPending && <SkeletonRows rows={5} />}
      {sets.isError && <ErrorState error={sets.error} onRetry={() => void sets.refetch()} />}
      {sets.data?.length === 0 && (
        <EmptyState icon="tags" title="There are no sets yet">
          <p className="dim" style={{ margin: 0 }}>
            Begin with a copy of the server’s categories, with nothing, or with a YAML file.
          </p>
          {create}
        </EmptyState>
      )}
      {sets.data !== undefined && sets.data.length > 0 && (
        <div className="ui-box">
          <DataTable
            label="Category sets"
            columns={columns({ ws, nameOf, onRename: setRenaming, onDelete: setDeleting })}
            rows={sets.data}
            rowKey={({ id }) => id}
            rowHeight={48}
          />
        </div>
      )}
      <CreateSetDialog ws={ws} opened={creating} onClose={() => setCreating(false)} />
      <RenameSetDialog ws={ws} set={renaming} onClose={() => setRenaming(undefined)} />
      <DeleteSetDialog ws={ws} set={deleting} onClose={() => setDeleting(undefined)} />
    </div>
  );
}

interface Acts {
  ws: string;
  nameOf: (id: string) => string;
  onRename: (set: CategorySetSummary) => void;
  onDelete: (set: CategorySetSummary) => void;
}

const columns = ({ ws, nameOf, onRename, onDelete }: Acts): Column<CategorySetSummary>[] => [
  {
    key: 'name',
    header: 'Name',
    cell: ({ id, name, created_by, category_count, symbol_count }) => (
      <Link to="/w/$ws/categories/$id" params={{ ws, id }} className="ui-name">
        <strong>{name}</strong>
        <span className={classes.desktop}>made by {nameOf(created_by)}</span>
        <span className={classes.phone}>
          {category_count} categories, {symbol_count} symbols
        </span>
      </Link>
    ),
  },
  { key: 'version', header: 'Version', align: 'right', wide: true, cell: ({ version }) => version },
  {
    key: 'categories',
    header: 'Categories',
    align: 'right',
    wide: true,
    cell: ({ category_count }) => formatInteger(category_count),
  },
  {
    key: 'symbols',
    header: 'Symbols',
    align: 'right',
    wide: true,
    cell: ({ symbol_count }) => formatInteger(symbol_count),
  },
  { key: 'changed', header: 'Changed', wide: true, cell: ({ updated_at }) => <Ago iso={updated_at} /> },
  {
    key: 'actions',
    header: 'Actions',
    headerHidden: true,
    align: 'right',
    cell: (set) => (
      <span className={classes.actions}>
        <Gated needs="editor">
          <Button variant="default" aria-label={`Rename ${set.name}`} onClick={() => onRename(set)}>
            Rename…
          </Button>
        </Gated>
        <Gated needs="editor">
          <Button variant="default" aria-label={`Delete ${set.name}`} onClick={() => onDelete(set)}>
            Delete…
          </Button>
        </Gated>
      </span>
    ),
  },
];
