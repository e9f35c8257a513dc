import { Button, TextInput, UnstyledButton } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useMemo, useState } from 'react';
import type { MarketSymbol } from '~/api/client';
import { EmptyState } from '~/components/States';
import { formatInteger } from '~/lib/format';
import classes from './Categories.module.css';
import { addCategory, type CategoryDraft, nameFault, symbolsWithout } from './draft';
import { SymbolsPane } from './SymbolsPane';

const route = getRouteApi('/w/$ws/categories/$id');

export type Change = (change: (draft: CategoryDraft) => CategoryDraft) => void;

interface Props {
  ws: string;
  draft: CategoryDraft;
  market: MarketSymbol[];
  /** Left out where there is nothing but looking. */
  change?: Change;
}

/** What the address says for the symbols that are in no category: no category can be called so. */
const NOWHERE = '/';

/** The categories on one side, the symbols of one of them on the other. */
export function CategoriesPanel({ ws, draft, market, change }: Props) {
  const { category } = route.useSearch();
  const navigate = route.useNavigate();
  const names = useMemo(
    () => [...draft.categories.keys()].sort((a, b) => a.localeCompare(b)),
    [draft.categories],
  );
  const without = useMemo(
    () =>
      symbolsWithout(
        draft,
        market.map(({ symbol }) => symbol),
      ),
    [draft, market],
  );
  const isNowhere = category === NOWHERE;
  const shown = isNowhere ? undefined : (names.find((name) => name === category) ?? names[0]);
  const open = (name: string) =>
    void navigate({ search: (old) => ({ ...old, category: name }), replace: true });
  return (
    <div className={classes.split}>
      <section className={classes.list} aria-label="Categories of the set">
        <ul>
          {names.map((name) => (
            <li key={name}>
              <Entry
                name={name}
                count={draft.categories.get(name)?.size ?? 0}
                isShown={name === shown}
                onOpen={() => open(name)}
              />
            </li>
          ))}
          <li className={classes.apart}>
            <Entry
              name="Without a category"
              count={without.length}
              isShown={isNowhere}
              onOpen={() => open(NOWHERE)}
            />
          </li>
        </ul>
        {change && (
          <NewCategory
            draft={draft}
            onAdd={(name) => {
              change((old) => addCategory(old, name));
              open(name.trim());
            }}
          />
        )}
      </section>
      {shown === undefined && !isNowhere ? (
        <div className="ui-box">
          <EmptyState icon="tags" title="There is no category in it yet">
            {change && (
              <p className="dim" style={{ margin: 0 }}>
                Give the first one a name, then put symbols into it.
              </p>
            )}
          </EmptyState>
        </div>
      ) : (
        <SymbolsPane
          key={shown ?? NOWHERE}
          ws={ws}
          draft={draft}
          market={market}
          category={shown}
          symbols={shown === undefined ? without : [...(draft.categories.get(shown) ?? [])].sort()}
          names={names}
          change={change}
          onRenamed={open}
        />
      )}
    </div>
  );
}

interface EntryProps {
  name: string;
  count: number;
  isShown: boolean;
  onOpen: () => void;
}

function Entry({ name, count, isShown, onOpen }: EntryProps) {
  return (
    <UnstyledButton className={classes.entry} aria-current={isShown || undefined} onClick={onOpen}>
      <span>{name}</span>
      <span className="num dim">{formatInteger(count)}</span>
    </UnstyledButton>
  );
}

function NewCategory({ draft, onAdd }: { draft: CategoryDraft; onAdd: (name: string) => void }) {
  const [name, setName] = useState('');
  const [fault, setFault] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = nameFault(draft, name);
    setFault(found);
    if (found !== undefined) return;
    onAdd(name);
    setName('');
  };
  return (
    <form className={classes.add} onSubmit={submit} noValidate>
      <TextInput
        aria-label="Name of a new category"
        placeholder="New category"
        maxLength={48}
        value={name}
        error={fault}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" variant="default">
        Add
      </Button>
    </form>
  );
}
