import { Tabs } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { importsQuery } from '~/api/imports';
import { describeError } from '~/api/problem';
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
  const { error } = useInfiniteQuery(importsQuery(undefined));
  const importsShown = describeError(error).status !== 403;
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
