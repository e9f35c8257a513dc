import { Alert, Tooltip } from '@mantine/core';
import { cloneElement, createContext, type ReactElement, type SyntheticEvent, useContext } from 'react';
import type { Role } from '~/api/client';
import { deniedReason } from '~/lib/roles';
import { Icon } from './Icon';

/** The person's role in the workspace on screen; undefined outside of one. */
export const RoleContext = createContext<Role | undefined>(undefined);

/** Why the person may not do what takes this role; undefined where they may. */
export const useDenied = (needs: Role): string | undefined => deniedReason(useContext(RoleContext), needs);

const refuse = (event: SyntheticEvent) => event.preventDefault();

interface Props {
  needs: Role;
  children: ReactElement<Record<string, unknown>>;
}

/** A button or link that the person's role may not use stays where it is, and says what it would take. */
export function Gated({ needs, children }: Props) {
  const denied = useDenied(needs);
  if (denied === undefined) return children;
  return (
    <Tooltip label={denied} multiline w={260} events={{ hover: true, focus: true, touch: true }}>
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
  return (
    <Alert color="yellow" variant="light" icon={<Icon name="info" size={18} />} title={what}>
      {denied}
    </Alert>
  );
}
