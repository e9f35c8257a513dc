import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Session } from '~/api/client';
import { sessionQuery } from '~/api/session';
import { useTitle } from '~/lib/useTitle';
import { AppearanceTab } from './AppearanceTab';
import { ProfileTab } from './ProfileTab';
import { SecurityTab } from './SecurityTab';
import { SessionsTab } from './SessionsTab';
import classes from './Settings.module.css';
import { TokensTab } from './TokensTab';

const route = getRouteApi('/personal/settings');

const TABS = [
  { value: 'profile', label: 'Profile', Content: ProfileTab },
  { value: 'appearance', label: 'Appearance', Content: AppearanceTab },
  { value: 'security', label: 'Security', Content: SecurityTab },
  { value: 'sessions', label: 'Sessions', Content: SessionsTab },
  { value: 'tokens', label: 'API tokens', Content: TokensTab },
] as const;

/** Those that somebody has who does not sign in. */
const OF_ANYBODY: readonly string[] = ['profile', 'appearance'];

/** What belongs to the person: name, password, sessions, keys for programs. */
export function AccountPage() {
  const { data: session } = useQuery(sessionQuery);
  const { tab = 'profile' } = route.useSearch();
  const navigate = route.useNavigate();
  useTitle('Your settings');
  return (
    <div className={classes.page}>
      <h1>Your settings</h1>
      {session && (
        <Tabs
          value={tab}
          onChange={(next) => {
            const chosen = TABS.find(({ value }) => value === next)?.value;
            void navigate({ search: { tab: chosen === 'profile' ? undefined : chosen } });
          }}
          keepMounted={false}
        >
          <Tabs.List>
            {TABS.map(({ value, label }) => (
              <Tabs.Tab key={value} value={value}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {TABS.map(({ value, Content }) => (
            <Tabs.Panel key={value} value={value} className={classes.panel}>
              {session.auth_mode === 'none' && !OF_ANYBODY.includes(value) ? (
                <NoLogin />
              ) : (
                <Content session={session} />
              )}
            </Tabs.Panel>
          ))}
        </Tabs>
      )}
    </div>
  );
}

export interface TabProps {
  session: Session;
}

function NoLogin() {
  return (
    <p className={classes.note}>
      This server runs with <code>AUTH_MODE=none</code>: whoever reaches it is the local user, so there are no
      passwords, sessions or tokens. With <code>AUTH_MODE=password</code> people sign in.
    </p>
  );
}
