import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { accountNamesQuery } from '~/api/admin';
import { instanceAuditQuery } from '~/api/audit';
import { AuditLog, auditFilter } from '~/features/audit/AuditLog';
import { INSTANCE_ACTIONS } from '~/features/audit/auditWords';
import { AdminFrame } from './AdminFrame';

const route = getRouteApi('/personal/admin/audit');

/** Who did what outside of workspaces: signing in, accounts, tokens, imports. */
export function InstanceAuditPage() {
  return (
    <AdminFrame page="audit">
      <InstanceAudit />
    </AdminFrame>
  );
}

function InstanceAudit() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: people = [] } = useQuery(accountNamesQuery);
  return (
    <AuditLog
      query={instanceAuditQuery(auditFilter(search))}
      csv={{ path: '/api/v1/admin/audit', name: 'server-audit.csv' }}
      search={search}
      onSearch={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
      actions={INSTANCE_ACTIONS}
      people={people}
    />
  );
}
