import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { auditQuery } from '~/api/audit';
import { membersQuery } from '~/api/members';
import { AuditLog, auditFilter } from '~/features/audit/AuditLog';
import { WORKSPACE_ACTIONS } from '~/features/audit/auditWords';

const route = getRouteApi('/w/$ws/members');

/** Who did what in the workspace. */
export function AuditTab() {
  const { ws } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: members = [] } = useQuery(membersQuery(ws));
  return (
    <AuditLog
      query={auditQuery(ws, auditFilter(pick(search)))}
      csv={{ path: `/api/v1/workspaces/${ws}/audit`, name: 'audit.csv' }}
      search={pick(search)}
      onSearch={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
      actions={WORKSPACE_ACTIONS}
      people={members.map(({ user_id, display_name }) => ({ id: user_id, name: display_name }))}
    />
  );
}

type Search = ReturnType<typeof route.useSearch>;

const pick = ({ action, actor, about, outcome, from, to }: Search) => ({
  action,
  actor,
  about,
  outcome,
  from,
  to,
});
