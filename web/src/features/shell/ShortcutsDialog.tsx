import { Dialog } from '~/components/Dialog';
import { usePreferences } from '~/lib/preferences';

const KEYS: [heading: string, keys: [keys: string, does: string][]][] = [
  [
    'Everywhere',
    [
      ['Ctrl K or ⌘ K', 'search symbols, pages and commands'],
      ['?', 'these keys'],
      ['g, then c s h k b p a o', 'chart, scanner, heatmap, categories, backtests, plans, accounts, orders'],
      ['g, then j d m ,', 'jobs, data, members, settings'],
      ['t t', 'next theme'],
      ['t b', 'other colours for what rose and fell'],
      ['t z', 'UTC or local time'],
      ['Esc', 'close'],
    ],
  ],
  [
    'Lists',
    [
      ['j k', 'next and previous row'],
      ['Enter', 'open the row'],
      ['x', 'choose the row, or no longer'],
      ['/', 'filter'],
      ['n', 'new backtest or plan'],
    ],
  ],
  [
    'Chart',
    [
      ['s', 'another symbol'],
      [',', 'another interval'],
      ['/', 'indicators'],
      ['+', 'compare with another series'],
      ['l', 'logarithmic scale'],
      ['n b', 'plan or backtest of what is shown'],
      ['← →', 'move the crosshair'],
    ],
  ],
];

/** What the keys do. None of the single ones is taken while something is being typed. */
export function ShortcutsDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { singleKeys } = usePreferences();
  return (
    <Dialog opened={opened} onClose={onClose} title="Keyboard shortcuts">
      {!singleKeys && (
        <p className="ui-notice">
          Keys without Ctrl are off: <i>Your settings</i>, <i>Appearance</i> turns them on.
        </p>
      )}
      {KEYS.map(([heading, keys]) => (
        <section key={heading}>
          <h3>{heading}</h3>
          <dl className="ui-facts">
            {keys.map(([key, does]) => (
              <div key={key}>
                <dt>{does}</dt>
                <dd>
                  <kbd className="ui-kbd">{key}</kbd>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
