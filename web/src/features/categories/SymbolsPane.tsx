import { Autocomplete, Button, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useMemo, useState } from 'react';
import type { MarketSymbol } from '~/api/client';
import { EmptyState } from '~/components/States';
import { formatInteger } from '~/lib/format';
import { search } from '~/lib/rank';
import classes from './Categories.module.css';
import type { Change } from './CategoriesPanel';
import {
  addSymbols,
  type CategoryDraft,
  categoriesOf,
  moveSymbols,
  nameFault,
  removeCategory,
  removeSymbols,
  renameCategory,
} from './draft';
import { PasteDialog } from './PasteDialog';
import { NameDialog } from './SetDialogs';

interface Props {
  ws: string;
  draft: CategoryDraft;
  market: MarketSymbol[];
  /** Undefined: the symbols that are in none. */
  category: string | undefined;
  symbols: string[];
  /** All categories, in their order. */
  names: string[];
  change: Change | undefined;
  onRenamed: (name: string) => void;
}

const SHOWN = 300;
const OFFERED = 30;

/** The symbols of one category, and what can be done with those that are chosen. */
export function SymbolsPane(props: Props) {
  const { draft, market, category, symbols, change } = props;
  const [query, setQuery] = useState('');
  const [isAll, setAll] = useState(false);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const stored = useMemo(() => new Map(market.map((symbol) => [symbol.symbol, symbol])), [market]);
  const found = search(symbols, query.trim(), (symbol) => [symbol]);
  const shown = isAll ? found : found.slice(0, SHOWN);
  const chosen = symbols.filter((symbol) => picked.has(symbol));
  const toggle = (symbol: string) => {
    const next = new Set(picked);
    if (!next.delete(symbol)) next.add(symbol);
    setPicked(next);
  };
  return (
    <section className={classes.pane} aria-label={category ?? 'Without a category'}>
      <Head {...props} />
      {category !== undefined && change && <AddSymbols {...props} category={category} change={change} />}
      <div className={classes.bar}>
        <TextInput
          aria-label="Find a symbol here"
          placeholder="Find"
          w={150}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
        {change && chosen.length === 0 && found.length > 0 && (
          <Button variant="subtle" onClick={() => setPicked(new Set(found))}>
            Choose {query === '' ? 'all' : 'these'}
          </Button>
        )}
        {change && chosen.length > 0 && (
          <Chosen {...props} change={change} chosen={chosen} onDone={() => setPicked(new Set())} />
        )}
      </div>
      {symbols.length === 0 && (
        <EmptyState
          title={category === undefined ? 'Every symbol is in a category' : 'No symbols in it yet'}
        />
      )}
      <ul className={classes.symbols} aria-label="Symbols">
        {shown.map((symbol) => (
          <SymbolEntry
            key={symbol}
            symbol={symbol}
            note={noteOf(draft, category, symbol, stored.has(symbol))}
            isChosen={picked.has(symbol)}
            onToggle={change && (() => toggle(symbol))}
          />
        ))}
      </ul>
      {shown.length < found.length && (
        <Button variant="default" className={classes.more} onClick={() => setAll(true)}>
          Show all {formatInteger(found.length)}
        </Button>
      )}
    </section>
  );
}

/** What there is to know of a symbol beside its name. */
function noteOf(
  draft: CategoryDraft,
  category: string | undefined,
  symbol: string,
  isStored: boolean,
): string {
  const others = categoriesOf(draft.categories, symbol).filter((name) => name !== category);
  return [
    others.length > 0 && `also ${others.join(', ')}`,
    !isStored && 'no candles',
    draft.needsReview.has(symbol) && 'to be looked at',
  ]
    .filter(Boolean)
    .join(' · ');
}

interface SymbolProps {
  symbol: string;
  note: string;
  isChosen: boolean;
  onToggle: (() => void) | undefined;
}

function SymbolEntry({ symbol, note, isChosen, onToggle }: SymbolProps) {
  const text = (
    <span title={note || undefined}>
      {symbol}
      {note && <small>{note}</small>}
    </span>
  );
  if (!onToggle) return <li>{text}</li>;
  return (
    <li>
      <label>
        <input type="checkbox" checked={isChosen} onChange={onToggle} />
        {text}
      </label>
    </li>
  );
}

function Head({ draft, category, symbols, change, onRenamed }: Props) {
  const [renaming, setRenaming] = useState(false);
  return (
    <header className="ui-apart">
      <h2>
        {category ?? 'Without a category'} <span className="dim num">{formatInteger(symbols.length)}</span>
      </h2>
      {category === undefined && (
        <p className="ui-note">Symbols of this set and of the market that no category has.</p>
      )}
      {category !== undefined && change && (
        <span className={classes.actions}>
          <Button variant="default" onClick={() => setRenaming(true)}>
            Rename category…
          </Button>
          <Button variant="default" onClick={() => change((old) => removeCategory(old, category))}>
            Remove category
          </Button>
          <NameDialog
            opened={renaming}
            title="Rename the category"
            action="Rename"
            name={category}
            fault={(name) => nameFault(draft, name, category)}
            onSubmit={(name) => {
              setRenaming(false);
              change((old) => renameCategory(old, category, name));
              onRenamed(name);
            }}
            onClose={() => setRenaming(false)}
          />
        </span>
      )}
    </header>
  );
}

interface Editing extends Props {
  category: string;
  change: Change;
}

function AddSymbols({ draft, market, category, change }: Editing) {
  const [typed, setTyped] = useState('');
  const [pasting, setPasting] = useState(false);
  const known = useMemo(() => new Map(market.map((symbol) => [symbol.symbol, symbol])), [market]);
  const members = draft.categories.get(category);
  const add = (names: readonly string[]) => {
    const assets = new Map(
      names.flatMap((name) => {
        const { base_asset, quote_asset } = known.get(name) ?? {};
        return base_asset && quote_asset ? [[name, { base_asset, quote_asset }] as const] : [];
      }),
    );
    change((old) => addSymbols(old, category, names, assets));
    setTyped('');
  };
  const name = typed.trim().toUpperCase();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (known.has(name)) add([name]);
  };
  const isUnknown = name !== '' && !market.some(({ symbol }) => symbol.includes(name));
  return (
    <form className={classes.bar} onSubmit={submit} noValidate>
      <Autocomplete
        aria-label={`Add a symbol to ${category}`}
        placeholder="Add a symbol of the market"
        w={230}
        limit={OFFERED}
        data={market.map(({ symbol }) => symbol).filter((symbol) => !members?.has(symbol))}
        value={typed}
        error={isUnknown ? 'The market has no such symbol.' : undefined}
        onChange={setTyped}
        onOptionSubmit={(symbol) => {
          add([symbol]);
          // The field takes the option over after this.
          queueMicrotask(() => setTyped(''));
        }}
      />
      <Button variant="default" onClick={() => setPasting(true)}>
        Paste many…
      </Button>
      <PasteDialog
        category={category}
        opened={pasting}
        members={members}
        isStored={(symbol) => known.has(symbol)}
        onAdd={(names) => {
          add(names);
          setPasting(false);
        }}
        onClose={() => setPasting(false)}
      />
    </form>
  );
}

interface ChosenProps extends Props {
  change: Change;
  chosen: string[];
  onDone: () => void;
}

function Chosen({ category, names, change, chosen, onDone }: ChosenProps) {
  const act = (next: (draft: CategoryDraft) => CategoryDraft) => {
    change(next);
    onDone();
  };
  const others = names.filter((name) => name !== category);
  const from = category ?? '';
  const put = category === undefined ? 'Put into' : 'Move to';
  return (
    <>
      <span className="num">{formatInteger(chosen.length)} chosen</span>
      {others.length > 0 && (
        <NativeSelect
          aria-label={`${put} a category`}
          w={180}
          value=""
          onChange={(event) => {
            const to = event.currentTarget.value;
            act((old) =>
              category === undefined ? addSymbols(old, to, chosen) : moveSymbols(old, from, to, chosen),
            );
          }}
          data={[{ value: '', label: `${put}…`, disabled: true }, ...others]}
        />
      )}
      {category !== undefined && (
        <Button variant="default" onClick={() => act((old) => removeSymbols(old, category, chosen))}>
          Take out
        </Button>
      )}
      <Button variant="subtle" onClick={onDone}>
        Choose none
      </Button>
    </>
  );
}
