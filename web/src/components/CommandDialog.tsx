import { Modal } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import classes from './CommandDialog.module.css';
import { Icon } from './Icon';

export interface Command {
  id: string;
  /** Heading the row stands under; rows of one group follow each other. */
  group: string;
  label: ReactNode;
  /** Right-aligned secondary text. */
  hint?: ReactNode;
  disabled?: boolean;
  run: () => void;
}

interface ListProps {
  onClose: () => void;
  title: string;
  placeholder: string;
  /** Rows for what is typed, best first. */
  commands: (query: string) => Command[];
  /** Told of what is typed, for rows that have to be asked for. */
  onQuery?: (query: string) => void;
  /** What to say when nothing fits. */
  empty: (query: string) => ReactNode;
  initialQuery?: string;
  footer?: ReactNode;
}

interface Props extends ListProps {
  opened: boolean;
}

/** A box to type in and the list that follows it: the one pattern behind the palette and symbol search. */
export function CommandDialog(props: Props) {
  return (
    <Modal.Root opened={props.opened} onClose={props.onClose} size={560} yOffset="12vh">
      <Modal.Overlay />
      <Modal.Content aria-label={props.title} className={classes.content}>
        {props.opened && <CommandList {...props} />}
      </Modal.Content>
    </Modal.Root>
  );
}

/** The same inside anything that opens and closes: a dialog, a popover. */
export function CommandList({
  onClose,
  title,
  placeholder,
  commands,
  onQuery,
  empty,
  initialQuery = '',
  footer,
}: ListProps) {
  const [query, setQuery] = useState(initialQuery);
  const [active, setActive] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const rows = commands(query.trim());
  const current = Math.min(active, rows.length - 1);

  useEffect(() => {
    list.current?.querySelector(`[data-index="${current}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  const choose = (command: Command | undefined) => {
    if (!command || command.disabled) return;
    onClose();
    command.run();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setActive(Math.max(0, Math.min(rows.length - 1, current + step)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(rows[current]);
    }
  };

  return (
    <>
      <div className={classes.search}>
        <Icon name="search" />
        <input
          // biome-ignore lint/a11y/noAutofocus: the dialog exists to be typed into
          autoFocus
          data-autofocus
          role="combobox"
          aria-label={title}
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={rows[current] ? `${listId}-${current}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            onQuery?.(event.currentTarget.value.trim());
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
        <kbd className="ui-kbd ui-keys">Esc</kbd>
      </div>
      <div className={classes.list} id={listId} role="listbox" aria-label={title} ref={list}>
        {rows.map((command, index) => (
          <Row
            key={command.id}
            id={`${listId}-${index}`}
            index={index}
            command={command}
            heading={command.group !== rows[index - 1]?.group}
            active={index === current}
            onPoint={() => setActive(index)}
            onChoose={() => choose(command)}
          />
        ))}
      </div>
      {rows.length === 0 && (
        <div className={classes.empty} role="status">
          {empty(query.trim())}
        </div>
      )}
      {footer && <div className={classes.footer}>{footer}</div>}
    </>
  );
}

interface RowProps {
  id: string;
  index: number;
  command: Command;
  heading: boolean;
  active: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

function Row({ id, index, command, heading, active, onPoint, onChoose }: RowProps) {
  return (
    <>
      {heading && (
        <div className={classes.heading} role="presentation">
          {command.group}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the box above handles every key */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: focus stays in the box above */}
      <div
        id={id}
        role="option"
        data-index={index}
        className={classes.row}
        aria-selected={active}
        aria-disabled={command.disabled || undefined}
        onMouseMove={onPoint}
        onClick={onChoose}
      >
        <span className={classes.label}>{command.label}</span>
        {command.hint && <span className={classes.hint}>{command.hint}</span>}
      </div>
    </>
  );
}
