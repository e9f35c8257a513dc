import { SegmentedControl, Tooltip, UnstyledButton } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import type { Session, SessionWorkspace } from '~/api/client';
import type { Connection } from '~/api/events';
import { keepPreferences } from '~/api/preferences';
import { Icon, type IconName } from '~/components/Icon';
import { JobsTray } from '~/features/jobs/JobsTray';
import { CreateWorkspaceDialog } from '~/features/workspaces/CreateWorkspaceDialog';
import { WorkspaceMenu } from '~/features/workspaces/WorkspaceMenu';
import type { Zone } from '~/lib/time';
import { useHotkeys } from '~/lib/useHotkeys';
import { useZone } from '~/lib/useZone';
import { AboutDialog } from './AboutDialog';
import { ConnectionStrip } from './ConnectionStrip';
import { Palette } from './Palette';
import classes from './Shell.module.css';
import { ThemeMenu, useThemeCycle } from './ThemeMenu';
import { UserMenu } from './UserMenu';

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
  const [palette, setPalette] = useState(false);
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
    'g c': goes('/w/$ws/chart'),
    'g s': goes('/w/$ws/scanner'),
    'g h': goes('/w/$ws/heatmap'),
    'g k': goes('/w/$ws/categories'),
    'g b': goes('/w/$ws/backtests'),
    'g p': goes('/w/$ws/plans'),
    'g a': goes('/w/$ws/accounts'),
    'g o': goes('/w/$ws/orders'),
    'g d': goes('/w/$ws/data'),
    'g j': goes('/w/$ws/jobs'),
    'g m': goes('/w/$ws/members'),
    'g ,': goes('/w/$ws/settings'),
    't t': cycleTheme,
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
          <UserMenu session={session} ws={ws} onAbout={() => setAbout(true)} />
        </div>
      </header>
      <ConnectionStrip ws={ws} connection={connection} />
      <nav className={classes.rail} aria-label="Pages">
        {ws !== '' && <Rail ws={ws} />}
      </nav>
      <main className={classes.main} id="main" tabIndex={-1}>
        {children}
      </main>
      <Palette
        opened={palette}
        onClose={() => setPalette(false)}
        session={session}
        ws={ws}
        onCreate={() => setCreating(true)}
      />
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

function Rail({ ws }: { ws: string }) {
  return (
    <>
      <RailLink ws={ws} to="/w/$ws/chart" icon="chart" label="Chart" keys="g c" />
      <RailLink ws={ws} to="/w/$ws/scanner" icon="radar" label="Scanner" keys="g s" />
      <RailLink ws={ws} to="/w/$ws/heatmap" icon="tiles" label="Heatmap" keys="g h" />
      <RailLink ws={ws} to="/w/$ws/categories" icon="tags" label="Categories" keys="g k" isWide />
      <RailLink ws={ws} to="/w/$ws/backtests" icon="flask" label="Backtests" keys="g b" />
      <RailLink ws={ws} to="/w/$ws/plans" icon="plan" label="Plans" keys="g p" />
      <RailLink ws={ws} to="/w/$ws/accounts" icon="wallet" label="Accounts" keys="g a" isWide />
      <RailLink ws={ws} to="/w/$ws/orders" icon="list" label="Orders" keys="g o" isWide />
      <span className={classes.spring} />
      <RailLink ws={ws} to="/w/$ws/jobs" icon="queue" label="Jobs" keys="g j" isWide />
      <RailLink ws={ws} to="/w/$ws/data" icon="table" label="Data" keys="g d" isWide />
      <RailLink ws={ws} to="/w/$ws/members" icon="people" label="Members" keys="g m" />
      <RailLink ws={ws} to="/w/$ws/settings" icon="sliders" label="Settings" keys="g ," />
    </>
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

interface RailProps {
  ws: string;
  /** Not among the tabs of a phone: there is a way to it on another page. */
  isWide?: boolean;
  to: WorkspacePage;
  icon: IconName;
  label: string;
  keys: string;
}

function RailLink({ ws, isWide, to, icon, label, keys }: RailProps) {
  return (
    <Tooltip label={`${label} (${keys})`} position="right">
      <Link
        to={to}
        params={{ ws }}
        className={classes.railLink}
        data-wide={isWide}
        activeProps={{ 'data-active': true }}
      >
        <Icon name={icon} size={20} />
        <span>{label}</span>
      </Link>
    </Tooltip>
  );
}
