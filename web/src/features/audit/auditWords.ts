import type { AuditEntry } from '~/api/client';

/** What the audit log of a workspace may hold, for choosing from. */
export const WORKSPACE_ACTIONS = [
  'member.add',
  'member.role',
  'member.remove',
  'member.leave',
  'invitation.create',
  'invitation.renew',
  'invitation.revoke',
  'invitation.accept',
  'workspace.create',
  'workspace.update',
  'workspace.transfer',
  'workspace.delete',
  'workspace.restore',
  'category_set.create',
  'category_set.update',
  'category_set.delete',
  'backtest.delete',
  'account.create',
  'account.update',
  'account.deposit',
  'account.reset',
  'trade_plan.create',
  'trade_plan.update',
  'trade_plan.open',
  'trade_plan.close',
  'trade_plan.cancel',
  'trade_plan.invalidate',
  'order.create',
  'order.cancel',
  'request.denied',
];

/** The same of what belongs to no workspace. */
export const INSTANCE_ACTIONS = [
  'session.login',
  'session.logout',
  'session.prove',
  'session.password',
  'session.code',
  'session.end',
  'session.end_all',
  'session.reuse',
  'session.flood',
  'invitation.accept',
  'totp.begin',
  'totp.enable',
  'totp.disable',
  'token.create',
  'token.revoke',
  'token.use',
  'user.add',
  'user.change',
  'user.password',
  'user.disable',
  'user.enable',
  'user.end_sessions',
  'import.start',
  'import.complete',
  'import.fail',
  'import.cancel',
  'download.start',
  'download.stop',
  'download.complete',
  'download.fail',
  'download.cancel',
  'server.start',
  'request.denied',
];

const VIA: Record<AuditEntry['via'], string> = {
  '': '',
  local: 'no login',
  session: 'signed in',
  token: 'API token',
  host: 'command line',
  job: 'a job of the server',
};

export const describeVia = (via: AuditEntry['via']): string => VIA[via];

/** What an entry knows beyond who and what, part by part; a change as "before → after". */
export function describeDetail({ detail, object_type, object_id }: AuditEntry): string[] {
  const { role, role_before, method, path, status, ...rest } = detail;
  const parts = Object.entries(rest).map(([name, value]) => `${name.replaceAll('_', ' ')} ${value}`);
  if (role !== undefined)
    parts.unshift(role_before === undefined ? `as ${role}` : `role ${role_before} → ${role}`);
  if (path !== undefined) parts.unshift([method, path, status].filter(Boolean).join(' '));
  if (parts.length === 0 && object_id !== '') parts.push(`${object_type} ${object_id}`);
  return parts;
}
