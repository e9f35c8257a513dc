import { Popover, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { Session, SessionWorkspace } from '~/api/client';
import { type Command, CommandList } from '~/components/CommandDialog';
import { Icon } from '~/components/Icon';
import { search } from '~/lib/rank';
import { useWorkspaceNavigate } from './useWorkspaceNavigate';
import classes from './WorkspaceMenu.module.css';

interface Props {
  session: Session;
  current: SessionWorkspace | undefined;
  onCreate: () => void;
}

export function WorkspaceMenu({ session, current, onCreate }: Props) {
  const [opened, setOpened] = useState(false);
  const open = useWorkspaceNavigate();

  const commands = (query: string): Command[] => [
    ...search(session.workspaces, query, ({ name }) => [name]).map((workspace) => ({
      id: workspace.id,
      group: 'Workspaces',
      label: (
        <>
          <span className={classes.tick}>
            {workspace.id === current?.id && <Icon name="check" size={15} />}
          </span>
          <span className={classes.rowName}>{workspace.name}</span>
          <RoleBadge role={workspace.role} />
        </>
      ),
      hint: workspace.default_quote_asset,
      run: () => open(workspace.id),
    })),
    {
      id: 'create',
      group: 'Actions',
      label: (
        <>
          <Icon name="plus" size={15} /> Create workspace…
        </>
      ),
      run: onCreate,
    },
  ];

  return (
    <Popover opened={opened} onChange={setOpened} width={340} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes.button} onClick={() => setOpened(!opened)}>
          <span className="visually-hidden">Workspace </span>
          <span className={classes.name}>{current?.name ?? 'No workspace'}</span>
          {current && <RoleBadge role={current.role} />}
          <Icon name="chevron" size={15} />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label="Switch workspace">
        <CommandList
          onClose={() => setOpened(false)}
          title="Find a workspace"
          placeholder="Find a workspace"
          commands={commands}
          empty={() => 'No workspace fits.'}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

export function RoleBadge({ role }: { role: string }) {
  return <span className={classes.role}>{role}</span>;
}
