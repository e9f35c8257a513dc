import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { categoryVersionsQuery } from '~/api/categorySets';
import type { CategoryVersion } from '~/api/client';
import { Ago } from '~/components/Ago';
import type { Column } from '~/components/DataTable';
import { Gated } from '~/components/Gated';
import { PagedTable } from '~/components/PagedTable';
import { formatInteger } from '~/lib/format';
import classes from './Categories.module.css';
import { useMakeNewest } from './useMakeNewest';
import { useNames } from './useNames';

interface Props {
  ws: string;
  id: string;
  etag: string;
  newest: number;
}

/** What the set was before: each version stays as it was saved. */
export function VersionsTab({ ws, id, etag, newest }: Props) {
  const versions = useInfiniteQuery(categoryVersionsQuery(ws, id));
  const nameOf = useNames(ws);
  const makeNewest = useMakeNewest(ws, id, etag);
  return (
    <PagedTable
      label="Versions"
      pages={versions}
      columns={columns({ ws, id, newest, nameOf, onNewest: (version) => makeNewest.mutate(version) })}
      rows={versions.data?.pages.flatMap((page) => page.versions) ?? []}
      rowKey={({ version }) => String(version)}
      rowHeight={44}
      empty={null}
    />
  );
}

interface Acts extends Omit<Props, 'etag'> {
  nameOf: (id: string) => string;
  onNewest: (version: number) => void;
}

const columns = ({ ws, id, newest, nameOf, onNewest }: Acts): Column<CategoryVersion>[] => [
  {
    key: 'version',
    header: 'Version',
    cell: ({ version }) => (
      <Link
        to="/w/$ws/categories/$id"
        params={{ ws, id }}
        search={version === newest ? {} : { version }}
        className={classes.link}
      >
        <strong>Version {version}</strong>
        {version === newest && <em className={classes.version}>newest</em>}
      </Link>
    ),
  },
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
  { key: 'who', header: 'Saved by', wide: true, cell: ({ created_by }) => nameOf(created_by) },
  { key: 'when', header: 'Saved', cell: ({ created_at }) => <Ago iso={created_at} /> },
  {
    key: 'actions',
    header: 'Actions',
    headerHidden: true,
    align: 'right',
    cell: ({ version }) =>
      version !== newest && (
        <Gated needs="editor">
          <Button
            variant="default"
            aria-label={`Make newest: version ${version}`}
            onClick={() => onNewest(version)}
          >
            Make newest
          </Button>
        </Gated>
      ),
  },
];
