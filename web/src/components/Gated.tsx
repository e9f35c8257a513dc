import { Tooltip } from '@mantine/core';
import { cloneElement, createContext, type ReactElement, type SyntheticEvent, useContext } from 'react';
import type { Role } from '~/api/client';
import { deniedReason, isAtLeast } from '~/lib/roles';
import { Notice } from './Notice';

/** Who looks at the workspace on screen; the role is undefined outside of one. */
export const MemberContext = createContext<{ userId: string; role: Role | undefined }>({
  userId: '',
  role: undefined,
});

/**
 * Why the person may not do what takes this role; undefined where they may. What somebody else made (`madeBy`, a
 * user's id) takes an editor at least.
 */
export function useDenied(needs: Role, madeBy?: string): string | undefined {
  const { userId, role } = useContext(MemberContext);
  const isOthers = madeBy !== undefined && madeBy !== userId;
  return deniedReason(role, isOthers && !isAtLeast(needs, 'editor') ? 'editor' : needs);
}

const refuse = (event: SyntheticEvent) => event.preventDefault();

interface Props {
  needs: Role;
  /** Whose it is that would be changed. */
  madeBy?: string;
  children: ReactElement<Record<string, unknown>>;
}

/** A button or link that the person's role may not use stays where it is, and says what it would take. */
export function Gated({ needs, madeBy, children }: Props) {
  return <Withheld why={useDenied(needs, madeBy)}>{children}</Withheld>;
}

/** The same for any reason; there is none where it may be used. */
export function Withheld({ why, children }: Pick<Props, 'children'> & { why: string | undefined }) {
  if (why === undefined) return children;
  return (
    <Tooltip label={why} multiline w={260} events={{ hover: true, focus: true, touch: true }}>
      {cloneElement(children, {
        'data-disabled': true,
        'aria-disabled': true,
        title: undefined,
        onClick: refuse,
      })}
    </Tooltip>
  );
}

/** The same said on the page, above what cannot be used. */
export function GatedNote({ needs, what }: { needs: Role; what: string }) {
  const denied = useDenied(needs);
  if (denied === undefined) return null;
  return <Notice title={what}>{denied}</Notice>;
}
