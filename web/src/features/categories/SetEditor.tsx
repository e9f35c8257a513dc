import { Button, Tabs } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { categorySetKey, categorySetQuery, categorySetsKey, updateCategorySet } from '~/api/categorySets';
import type { CategorySet, MarketSymbol } from '~/api/client';
import { describeError } from '~/api/problem';
import { Gated, GatedNote, useDenied } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { FormAlert, formProblems } from '~/components/Problem';
import { toastDone } from '~/lib/toast';
import { useHotkeys } from '~/lib/useHotkeys';
import classes from './Categories.module.css';
import { CategoriesPanel } from './CategoriesPanel';
import { download } from './download';
import { differences, documentOf, draftOf } from './draft';
import { LeaveDialog } from './LeaveDialog';
import { DeleteSetDialog, RenameSetDialog, UploadDialog } from './SetDialogs';
import { StaleNotice } from './StaleNotice';
import { useHistory } from './useHistory';

interface Props {
  ws: string;
  /** The newest version, and the ETag it came with. */
  set: CategorySet;
  etag: string;
  market: MarketSymbol[];
  isShown: boolean;
  /** The tabs, between the head and what is edited. */
  children: ReactNode;
}

/** The newest version while it is edited: nothing is sent before it is saved, and everything can be undone. */
export function SetEditor({ ws, set, etag, market, isShown, children }: Props) {
  // What the editing began from: a change of somebody else must not be overwritten unseen.
  const [base, setBase] = useState(() => ({ set, etag, draft: draftOf(set.document) }));
  const history = useHistory(() => base.draft);
  const [dialog, setDialog] = useState<'rename' | 'delete' | 'upload'>();
  const navigate = useNavigate();
  const client = useQueryClient();
  const isDenied = useDenied('editor') !== undefined;
  const mine = differences(base.draft, history.value);
  const isDirty = mine.length > 0;

  const begin = (next: CategorySet, nextTag: string) => {
    const draft = draftOf(next.document);
    setBase({ set: next, etag: nextTag, draft });
    return draft;
  };
  const take = (next: CategorySet, nextTag: string) => history.begin(begin(next, nextTag));

  const isOther = etag !== base.etag;
  const theirs = isOther ? draftOf(set.document) : base.draft;
  const isClash = isOther && isDirty && differences(base.draft, theirs).length > 0;
  if (isOther && !isClash) {
    if (isDirty) setBase({ ...base, set, etag });
    else take(set, etag);
  }

  const put = async (reply: { body: CategorySet; etag: string }) => {
    client.setQueryData(categorySetQuery(ws, set.id).queryKey, reply);
    take(reply.body, reply.etag);
    await client.invalidateQueries({
      queryKey: categorySetsKey(ws),
      predicate: ({ queryKey }) => queryKey[4] !== 'document',
    });
  };
  const save = useMutation({
    mutationFn: () => updateCategorySet(ws, set.id, base.etag, { document: documentOf(history.value) }),
    onSuccess: async (reply) => {
      await put(reply);
      toastDone(`Saved as version ${reply.body.version}.`);
    },
    onError: (error) => {
      // What is there now is asked for, and shown beside one's own.
      if (describeError(error).status === 412)
        void client.invalidateQueries({ queryKey: categorySetKey(ws, set.id) });
    },
  });
  const isStale = describeError(save.error).status === 412;
  const { byField, rest } = formProblems(isStale ? undefined : save.error, []);

  const submit = () => {
    if (isDirty && !isDenied && !isClash && !save.isPending) save.mutate();
  };
  useHotkeys({ 'mod+s': submit });
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  });

  return (
    <>
      <header className={classes.head}>
        <h1>
          {base.set.name} <em className={classes.version}>version {base.set.version}</em>
        </h1>
        <span className={classes.actions}>
          <Gated needs="editor">
            <Button variant="default" onClick={() => setDialog('rename')}>
              Rename…
            </Button>
          </Gated>
          <Button
            variant="default"
            leftSection={<Icon name="download" size={15} />}
            onClick={() => void download(ws, base.set)}
          >
            YAML
          </Button>
          <Gated needs="editor">
            <Button
              variant="default"
              leftSection={<Icon name="upload" size={15} />}
              onClick={() => setDialog('upload')}
            >
              Replace…
            </Button>
          </Gated>
          <Gated needs="editor">
            <Button variant="default" onClick={() => setDialog('delete')}>
              Delete…
            </Button>
          </Gated>
        </span>
      </header>
      <GatedNote needs="editor" what="You may look at this set and use it" />
      {children}
      <Tabs.Panel value="categories" className={classes.panel}>
        {!isDenied && (
          <div className={classes.bar}>
            <Button onClick={submit} loading={save.isPending}>
              Save
            </Button>
            <Button
              variant="default"
              leftSection={<Icon name="undo" size={15} />}
              disabled={!history.canUndo}
              onClick={history.undo}
            >
              Undo
            </Button>
            <Button
              variant="default"
              leftSection={<Icon name="redo" size={15} />}
              disabled={!history.canRedo}
              onClick={history.redo}
            >
              Redo
            </Button>
            <span className="ui-note" role="status">
              {isDirty ? `Not saved: ${countText(mine)}.` : 'Everything is saved.'}
            </span>
          </div>
        )}
        {isClash && (
          <StaleNotice
            theirs={differences(base.draft, theirs)}
            mine={mine}
            onMine={() => {
              begin(set, etag);
              save.reset();
            }}
            onTheirs={() => {
              take(set, etag);
              save.reset();
            }}
          />
        )}
        <FormAlert messages={[...Object.values(byField), ...rest]} />
        {isShown && (
          <CategoriesPanel
            ws={ws}
            draft={history.value}
            market={market}
            change={isDenied ? undefined : history.change}
          />
        )}
      </Tabs.Panel>
      <RenameSetDialog
        ws={ws}
        set={dialog === 'rename' ? base.set : undefined}
        onClose={() => setDialog(undefined)}
      />
      <DeleteSetDialog
        ws={ws}
        set={dialog === 'delete' ? base.set : undefined}
        onClose={() => setDialog(undefined)}
        onDeleted={() => {
          history.begin(base.draft);
          void navigate({ to: '/w/$ws/categories', params: { ws }, ignoreBlocker: true });
        }}
      />
      <UploadDialog
        ws={ws}
        id={set.id}
        etag={base.etag}
        isDirty={isDirty}
        opened={dialog === 'upload'}
        onClose={() => setDialog(undefined)}
        onDone={async (reply) => {
          await put(reply);
          toastDone(`The file is version ${reply.body.version} now.`);
        }}
      />
      <LeaveDialog blocker={blocker} />
    </>
  );
}

/** How much is different, in words. */
const countText = (changes: readonly { category: string }[]) =>
  changes.length === 1
    ? `“${changes[0]?.category}” has changed`
    : `${changes.length} categories have changed`;
