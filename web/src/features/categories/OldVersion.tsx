import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { categorySetQuery } from '~/api/categorySets';
import type { MarketSymbol } from '~/api/client';
import { Gated } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { Notice } from '~/components/Notice';
import { ErrorState, SkeletonRows } from '~/components/States';
import { formatDateTime, isoSeconds, zoneLabel } from '~/lib/time';
import { useZone } from '~/lib/useZone';
import classes from './Categories.module.css';
import { CategoriesPanel } from './CategoriesPanel';
import { download } from './download';
import { differences, draftOf } from './draft';
import { Differences } from './StaleNotice';
import { useMakeNewest } from './useMakeNewest';

interface Props {
  ws: string;
  id: string;
  version: number;
  /** Of the newest. */
  etag: string;
  market: MarketSymbol[];
}

/** A version as it was saved, to look at. */
export function OldVersion({ ws, id, version, etag, market }: Props) {
  const old = useQuery(categorySetQuery(ws, id, version));
  const newest = useQuery(categorySetQuery(ws, id));
  const makeNewest = useMakeNewest(ws, id, etag);
  const [zone] = useZone();
  if (old.isPending) return <SkeletonRows rows={10} />;
  if (old.isError) return <ErrorState error={old.error} onRetry={() => void old.refetch()} />;
  const { body } = old.data;
  const draft = draftOf(body.document);
  const changes = newest.data ? differences(draft, draftOf(newest.data.body.document)) : [];
  return (
    <div className="ui-column">
      <header className={classes.head}>
        <h1>
          {body.name} <em className={classes.version}>version {version}</em>
        </h1>
        <span className={classes.actions}>
          <Button
            variant="default"
            leftSection={<Icon name="download" size={15} />}
            onClick={() => void download(ws, body)}
          >
            YAML
          </Button>
          <LinkButton
            variant="default"
            to="/w/$ws/categories/$id"
            params={{ ws, id }}
            search={{ tab: 'versions' }}
          >
            All versions
          </LinkButton>
          <Gated needs="editor">
            <Button loading={makeNewest.isPending} onClick={() => makeNewest.mutate(version)}>
              Make this the newest again
            </Button>
          </Gated>
        </span>
      </header>
      <Notice title={`This is version ${version} of ${body.newest_version}, to look at`}>
        The set was last changed {formatDateTime(isoSeconds(body.updated_at), zone)} {zoneLabel(zone)}.
        {changes.length > 0 && (
          <details>
            <summary>What has changed since</summary>
            <Differences list={changes} />
          </details>
        )}
      </Notice>
      <CategoriesPanel ws={ws} draft={draft} market={market} />
    </div>
  );
}
