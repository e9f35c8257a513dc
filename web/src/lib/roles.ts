import type { Role } from '~/api/client';

/** The roles of a workspace, each including the ones before it. */
export const ROLES: readonly Role[] = ['viewer', 'trader', 'editor', 'owner'];

export const isAtLeast = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** Why somebody of this role may not do what takes another; undefined where they may. */
export function deniedReason(role: Role | undefined, needed: Role): string | undefined {
  if (role === undefined || isAtLeast(role, needed)) return undefined;
  return `This takes the role ${needed}; yours in this workspace is ${role}. Ask an owner of the workspace.`;
}

/** What each role may, in words. */
export const ROLE_WORDS: Record<Role, string> = {
  viewer: 'Viewers read everything in the workspace, and export it.',
  trader: 'Traders run backtests and keep plans, too.',
  editor: 'Editors also rename and delete what others made.',
  owner: 'Owners also decide who belongs to the workspace, and what it is called.',
};

/** What may be done in a workspace, and the least role for it (access.md, "Roles"). */
export const RIGHTS: readonly { what: string; needs: Role }[] = [
  { what: 'Read and export everything', needs: 'viewer' },
  { what: 'Run backtests and sweeps, cancel jobs, keep paper plans', needs: 'trader' },
  { what: 'Delete or rename what others made', needs: 'editor' },
  { what: 'Members, invitations, audit log, workspace settings, deletion', needs: 'owner' },
];
