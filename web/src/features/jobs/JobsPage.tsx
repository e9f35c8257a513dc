import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { sessionQuery } from '~/api/session';
import { isOperator } from '~/lib/operator';
import { useTitle } from '~/lib/useTitle';
import { ImportsTab } from './ImportsTab';
import classes from './JobsPage.module.css';
import { JobsTab } from './JobsTab';

const route = getRouteApi('/w/$ws/jobs');

/** What the server works on by itself: the jobs of the workspace, and files on their way into the market data. */
export function JobsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle('Jobs');
  // Candles are for all workspaces: who does not run the server does not see what comes into them.
  const { data: session } = useQuery(sessionQuery);
  const importsShown = session !== undefined && isOperator(session);
  const tab = importsShown && search.tab === 'imports' ? 'imports' : 'jobs';
  return (
    <div className={classes.page}>
      <h1>Jobs</h1>
      <Tabs
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next === 'imports' ? next : undefined } })}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="jobs">Jobs of this workspace</Tabs.Tab>
          {importsShown && <Tabs.Tab value="imports">Imports</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="jobs" className={classes.panel}>
          <JobsTab />
        </Tabs.Panel>
        {importsShown && (
          <Tabs.Panel value="imports" className={classes.panel}>
            <ImportsTab />
          </Tabs.Panel>
        )}
      </Tabs>
    </div>
  );
}
