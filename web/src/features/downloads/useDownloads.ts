import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Download } from '~/api/client';
import { DOWNLOADS_WS } from '~/api/downloads';
import { sessionQuery } from '~/api/session';
import { isAtLeast } from '~/lib/roles';

/** The downloads that were started here, the newest first, and how one becomes one of them. */
export function useStarted() {
  const [started, setStarted] = useState<readonly Download[]>([]);
  const add = (made: Download) => setStarted((before) => [made, ...before]);
  return { started, add };
}

/** The person's role where downloads belong; undefined where they are no member. */
export function useDownloadRole() {
  const { data: session } = useQuery(sessionQuery);
  return session?.workspaces.find(({ id }) => id === DOWNLOADS_WS)?.role;
}

/** Why the person may not start one; undefined where they may. */
export function useDownloadDenied(): string | undefined {
  const role = useDownloadRole();
  if (role && isAtLeast(role, 'editor')) return undefined;
  const own = role ? `yours there is ${role}` : 'you are no member of it';
  return `Downloads take the role editor in the local workspace of this server; ${own}. Ask one of its owners.`;
}
