import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useDenied } from '~/components/Gated';
import { EmptyState } from '~/components/States';
import { useTitle } from '~/lib/useTitle';
import page from '../account/Settings.module.css';
import { AuditTab } from './AuditTab';
import { InvitationsTab } from './InvitationsTab';
import { MembersTab } from './MembersTab';

const route = getRouteApi('/w/$ws/members');

/** Who belongs to the workspace, who is invited, and who did what in it. */
export function MembersPage() {
  const { tab = 'members' } = route.useSearch();
  const navigate = route.useNavigate();
  useTitle('Members');
  const choose = (next: string | null) =>
    void navigate({ search: { tab: next === 'invitations' || next === 'audit' ? next : undefined } });
  return (
    <div className={page.page}>
      <h1>Members</h1>
      <Tabs value={tab} onChange={choose} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="members">Members</Tabs.Tab>
          <Tabs.Tab value="invitations">Invitations</Tabs.Tab>
          <Tabs.Tab value="audit">Audit log</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="members" className={page.panel}>
          <MembersTab />
        </Tabs.Panel>
        <Tabs.Panel value="invitations" className={page.panel}>
          <ForOwners what="Invitations are for owners">
            <InvitationsTab />
          </ForOwners>
        </Tabs.Panel>
        <Tabs.Panel value="audit" className={page.panel}>
          <ForOwners what="The audit log is for owners">
            <AuditTab />
          </ForOwners>
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

function ForOwners({ what, children }: { what: string; children: React.ReactNode }) {
  const denied = useDenied('owner');
  if (denied === undefined) return children;
  return (
    <EmptyState icon="ban" title={what}>
      <p className="dim" style={{ margin: 0 }}>
        {denied}
      </p>
    </EmptyState>
  );
}
