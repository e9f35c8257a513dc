import { Menu, SegmentedControl, Tooltip, UnstyledButton } from '@mantine/core';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import type { Session, SessionWorkspace } from '~/api/client';
import type { Connection } from '~/api/events';
import { keepPreferences } from '~/api/preferences';
import { Icon, type IconName } from '~/components/Icon';
import { JobsTray } from '~/features/jobs/JobsTray';
import { CreateWorkspaceDialog } from '~/features/workspaces/CreateWorkspaceDialog';
import { WorkspaceMenu } from '~/features/workspaces/WorkspaceMenu';
import { chooseRow, moveRow } from '~/lib/listKeys';
import { cyclePalette } from '~/lib/palette';
import type { Zone } from '~/lib/time';
import { useHotkeys } from '~/lib/useHotkeys';
import { useZone } from '~/lib/useZone';
import { AboutDialog } from './AboutDialog';
import { ConnectionStrip } from './ConnectionStrip';
import { Palette } from './Palette';
import classes from './Shell.module.css';
import { ShortcutsDialog } from './ShortcutsDialog';
import { ThemeMenu, useThemeCycle } from './ThemeMenu';
import { UserMenu } from './UserMenu';
import { usePlaces } from './usePlaces';

const PasswordReminder = lazy(() =>
  import('~/features/account/PasswordReminder').then((module) => ({ default: module.PasswordReminder })),
);

interface Props {
  session: Session;
  /** Undefined while the address names a workspace that is not this person's. */
  workspace: SessionWorkspace | undefined;
  connection: Connection | undefined;
  children: ReactNode;
}

export function Shell({ session, workspace, connection, children }: Props) {
  useKeptPreferences(session);
  const main = useRef<HTMLElement>(null);
  usePlaces(main);
  const [palette, setPalette] = useState(false);
  const [keys, setKeys] = useState(false);
  const [about, setAbout] = useState(false);
  const [creating, setCreating] = useState(false);
  const [zone, setZone] = useZone();
  const navigate = useNavigate();
  const cycleTheme = useThemeCycle();
  const ws = workspace?.id ?? session.active_workspace_id;

  const goes = (to: WorkspacePage) => () => {
    if (ws !== '') void navigate({ to, params: { ws } });
  };

  useHotkeys({
    'mod+k': () => setPalette(true),
    ...Object.fromEntries([...PAGES, ...OWN_PAGES].map(({ keys, to }) => [keys, goes(to)])),
    '?': () => setKeys(true),
    j: () => moveRow(1),
    k: () => moveRow(-1),
    x: chooseRow,
    't t': cycleTheme,
    't b': cyclePalette,
    't z': () => setZone(zone === 'utc' ? 'local' : 'utc'),
  });

  return (
    <div className={classes.shell}>
      <header className={classes.topbar}>
        <Link
          {...(ws === '' ? { to: '/' as const } : { to: '/w/$ws/chart' as const, params: { ws } })}
          className={classes.brand}
          aria-label="Trading Lab, open the chart"
        >
          <Icon name="candle" size={20} />
          <span>Trading Lab</span>
        </Link>
        <WorkspaceMenu session={session} current={workspace} onCreate={() => setCreating(true)} />
        <SearchButton onClick={() => setPalette(true)} />
        <div className={classes.tools}>
          <ModeBadge takesOrders={session.trading_mode === 'paper'} />
          <ZoneSwitch zone={zone} onChange={setZone} />
          <span className={classes.wide}>
            <ThemeMenu />
          </span>
          {workspace && <JobsTray ws={ws} />}
          <UserMenu session={session} ws={ws} onAbout={() => setAbout(true)} onKeys={() => setKeys(true)} />
        </div>
      </header>
      <ConnectionStrip ws={ws} connection={connection} />
      <nav className={classes.rail} aria-label="Pages">
        {ws !== '' && <Rail ws={ws} />}
      </nav>
      <main ref={main} className={classes.main} id="main" tabIndex={-1}>
        {children}
      </main>
      <Palette
        opened={palette}
        onClose={() => setPalette(false)}
        session={session}
        ws={ws}
        onCreate={() => setCreating(true)}
      />
      <ShortcutsDialog opened={keys} onClose={() => setKeys(false)} />
      <AboutDialog opened={about} onClose={() => setAbout(false)} />
      {session.must_change_password && (
        <Suspense>
          <PasswordReminder />
        </Suspense>
      )}
      <CreateWorkspaceDialog opened={creating} onClose={() => setCreating(false)} />
    </div>
  );
}

/** Where people sign in, what they prefer comes with them. */
function useKeptPreferences({ auth_mode, user }: Session) {
  const { id } = user;
  const isKept = auth_mode !== 'none';
  useEffect(() => (isKept ? keepPreferences(id) : undefined), [isKept, id]);
}

function SearchButton({ onClick }: { onClick: () => void }) {
  const isMac = navigator.platform.startsWith('Mac');
  return (
    <UnstyledButton className={classes.search} onClick={onClick}>
      <Icon name="search" size={16} />
      <span className={classes.searchText}>Symbol, page or command</span>
      <kbd className={classes.kbd} aria-hidden="true">
        {isMac ? '⌘K' : 'Ctrl K'}
      </kbd>
    </UnstyledButton>
  );
}

/** That no real order leaves this server is always to be seen, and whether it takes any for paper money. */
function ModeBadge({ takesOrders }: { takesOrders: boolean }) {
  const label = takesOrders
    ? 'Orders are filled with paper money (TRADING_MODE=paper). None is ever sent to an exchange.'
    : 'Research and paper plans only: this server takes no orders (TRADING_MODE=readonly).';
  return (
    <Tooltip label={label} multiline w={240}>
      <span className={classes.mode} tabIndex={0}>
        Paper<span className={classes.wide}> · {takesOrders ? 'orders' : 'readonly'}</span>
      </span>
    </Tooltip>
  );
}

function ZoneSwitch({ zone, onChange }: { zone: Zone; onChange: (zone: Zone) => void }) {
  return (
    <SegmentedControl
      className={classes.wide}
      aria-label="Time zone of times on screen"
      value={zone}
      onChange={(value) => onChange(value as Zone)}
      data={[
        { value: 'utc', label: 'UTC' },
        { value: 'local', label: 'Local' },
      ]}
    />
  );
}

interface Page {
  to: WorkspacePage;
  icon: IconName;
  label: string;
  keys: string;
  /** Among the tabs of a phone; the others are behind "More" there. */
  isTab?: boolean;
}

const PAGES: readonly Page[] = [
  { to: '/w/$ws/chart', icon: 'chart', label: 'Chart', keys: 'g c', isTab: true },
  { to: '/w/$ws/scanner', icon: 'radar', label: 'Scanner', keys: 'g s', isTab: true },
  { to: '/w/$ws/heatmap', icon: 'tiles', label: 'Heatmap', keys: 'g h' },
  { to: '/w/$ws/categories', icon: 'tags', label: 'Categories', keys: 'g k' },
  { to: '/w/$ws/backtests', icon: 'flask', label: 'Backtests', keys: 'g b', isTab: true },
  { to: '/w/$ws/plans', icon: 'plan', label: 'Plans', keys: 'g p', isTab: true },
  { to: '/w/$ws/accounts', icon: 'wallet', label: 'Accounts', keys: 'g a' },
  { to: '/w/$ws/orders', icon: 'list', label: 'Orders', keys: 'g o' },
];

/** Those about the workspace itself, at the lower end. */
const OWN_PAGES: readonly Page[] = [
  { to: '/w/$ws/jobs', icon: 'queue', label: 'Jobs', keys: 'g j' },
  { to: '/w/$ws/data', icon: 'table', label: 'Data', keys: 'g d' },
  { to: '/w/$ws/members', icon: 'people', label: 'Members', keys: 'g m' },
  { to: '/w/$ws/settings', icon: 'sliders', label: 'Settings', keys: 'g ,' },
];

const MORE = [...PAGES, ...OWN_PAGES].filter(({ isTab }) => !isTab);

function Rail({ ws }: { ws: string }) {
  return (
    <>
      {PAGES.map((page) => (
        <RailLink key={page.to} ws={ws} page={page} />
      ))}
      <span className={classes.spring} />
      {OWN_PAGES.map((page) => (
        <RailLink key={page.to} ws={ws} page={page} />
      ))}
      <More ws={ws} />
    </>
  );
}

/** The other pages, on a phone. */
function More({ ws }: { ws: string }) {
  const { pathname } = useLocation();
  const isHere = MORE.some(({ to }) => pathname.startsWith(to.replace('$ws', ws)));
  return (
    <Menu position="top-end" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.railLink} data-more data-active={isHere || undefined}>
          <Icon name="dots" size={20} />
          <span>More</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {MORE.map(({ to, icon, label }) => (
          <Menu.Item key={to} component={Link} to={to.replace('$ws', ws)} leftSection={<Icon name={icon} />}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

type WorkspacePage =
  | '/w/$ws/chart'
  | '/w/$ws/scanner'
  | '/w/$ws/heatmap'
  | '/w/$ws/categories'
  | '/w/$ws/backtests'
  | '/w/$ws/plans'
  | '/w/$ws/accounts'
  | '/w/$ws/orders'
  | '/w/$ws/data'
  | '/w/$ws/jobs'
  | '/w/$ws/members'
  | '/w/$ws/settings';

function RailLink({ ws, page: { to, icon, label, keys, isTab } }: { ws: string; page: Page }) {
  return (
    <Tooltip label={`${label} (${keys})`} position="right">
      <Link
        to={to}
        params={{ ws }}
        className={classes.railLink}
        data-wide={!isTab || undefined}
        activeProps={{ 'data-active': true }}
      >
        <Icon name={icon} size={20} />
        <span>{label}</span>
      </Link>
    </Tooltip>
  );
}
