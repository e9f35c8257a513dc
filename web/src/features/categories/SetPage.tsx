import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { categorySetQuery } from '~/api/categorySets';
import { symbolsQuery } from '~/api/market';
import { ErrorState, SkeletonRows } from '~/components/States';
import { useTitle } from '~/lib/useTitle';
import classes from './Categories.module.css';
import { OldVersion } from './OldVersion';
import { SetEditor } from './SetEditor';
import { VersionsTab } from './VersionsTab';

const route = getRouteApi('/w/$ws/categories/$id');

/** One set: its categories to look at and to edit, and what they were before. */
export function SetPage() {
  const { ws, id } = route.useParams();
  const { version, tab = 'categories' } = route.useSearch();
  const navigate = route.useNavigate();
  const set = useQuery(categorySetQuery(ws, id));
  const { data: market = [] } = useQuery(symbolsQuery);
  useTitle(set.data?.body.name ?? 'Category set');
  if (set.isPending)
    return (
      <div className={classes.page}>
        <SkeletonRows rows={10} />
      </div>
    );
  if (set.isError)
    return (
      <div className={classes.page}>
        <h1 className="visually-hidden">Category set</h1>
        <ErrorState error={set.error} onRetry={() => void set.refetch()} />
      </div>
    );
  const { body, etag } = set.data;
  return (
    <div className={classes.page}>
      <p className={classes.way}>
        <Link to="/w/$ws/categories" params={{ ws }}>
          Category sets
        </Link>
      </p>
      {version !== undefined && version !== body.newest_version ? (
        <OldVersion key={version} ws={ws} id={id} version={version} etag={etag} market={market} />
      ) : (
        <Tabs
          value={tab}
          onChange={(next) =>
            void navigate({
              search: (old) => ({ ...old, version: undefined, tab: next === 'versions' ? next : undefined }),
            })
          }
        >
          {/* The editor stays behind the list of versions: what is not saved yet is kept. */}
          <SetEditor key={id} ws={ws} set={body} etag={etag} market={market} isShown={tab === 'categories'}>
            <Tabs.List>
              <Tabs.Tab value="categories">Categories</Tabs.Tab>
              <Tabs.Tab value="versions">Versions</Tabs.Tab>
            </Tabs.List>
          </SetEditor>
          <Tabs.Panel value="versions" className={classes.panel}>
            {tab === 'versions' && <VersionsTab ws={ws} id={id} etag={etag} newest={body.newest_version} />}
          </Tabs.Panel>
        </Tabs>
      )}
    </div>
  );
}
