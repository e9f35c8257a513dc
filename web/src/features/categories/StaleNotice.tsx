import { Button, Group, Stack } from '@mantine/core';
import { Notice } from '~/components/Notice';
import classes from './Categories.module.css';
import type { Difference } from './draft';

interface Props {
  theirs: Difference[];
  mine: Difference[];
  onMine: () => void;
  onTheirs: () => void;
}

/** 412: somebody else saved first. Nothing is lost; the person sees both and decides. */
export function StaleNotice({ theirs, mine, onMine, onTheirs }: Props) {
  return (
    <Notice title="Somebody saved this set in the meantime">
      <Stack gap="sm">
        <span>
          Keep yours, and save it over theirs as the next version, or take theirs. Their version stays among
          the versions either way.
        </span>
        <div className={classes.both}>
          <Side title="They changed" differences={theirs} />
          <Side title="You changed" differences={mine} />
        </div>
        <Group gap="sm">
          <Button variant="default" onClick={onMine}>
            Keep mine
          </Button>
          <Button variant="default" onClick={onTheirs}>
            Take theirs
          </Button>
        </Group>
      </Stack>
    </Notice>
  );
}

const SHOWN = 12;

function Side({ title, differences }: { title: string; differences: Difference[] }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <Differences list={differences} />
    </section>
  );
}

/** What is different, a category a line. */
export function Differences({ list }: { list: Difference[] }) {
  if (list.length === 0) return <p className="ui-note">Nothing.</p>;
  return (
    <ul className={classes.differences}>
      {list.map(({ category, kind, added, removed }) => (
        <li key={category}>
          <strong>{category}</strong> {kind !== 'changed' && (kind === 'new' ? 'is new ' : 'is gone ')}
          {[...added.map((symbol) => `+${symbol}`), ...removed.map((symbol) => `−${symbol}`)]
            .slice(0, SHOWN)
            .join(' ')}
          {added.length + removed.length > SHOWN && ` and ${added.length + removed.length - SHOWN} more`}
        </li>
      ))}
    </ul>
  );
}
