import { useQuery } from '@tanstack/react-query';
import { membersQuery } from '~/api/members';
import { NONE } from '~/lib/format';

/** The names of people by their ids, as members of the workspace; whoever is none any more has none. */
export function useNames(ws: string): (id: string) => string {
  const { data: members = [] } = useQuery(membersQuery(ws));
  return (id) => members.find(({ user_id }) => user_id === id)?.display_name ?? NONE;
}
