import { Button } from '@mantine/core';
import { useState } from 'react';
import { EmptyState } from '~/components/States';
import { useTitle } from '~/lib/useTitle';
import { CreateWorkspaceDialog } from './CreateWorkspaceDialog';
import { DeletedWorkspaces } from './DeletedWorkspaces';
import classes from './SettingsPage.module.css';

/** For somebody who belongs to no workspace. */
export function NoWorkspacePage() {
  const [creating, setCreating] = useState(false);
  useTitle('No workspace');
  return (
    <div className={classes.page}>
      <h1 className="visually-hidden">No workspace</h1>
      <EmptyState icon="briefcase" title="You belong to no workspace">
        <p className="dim" style={{ margin: 0 }}>
          Ask an owner of one to invite you, or create your own.
        </p>
        <Button onClick={() => setCreating(true)}>Create workspace…</Button>
      </EmptyState>
      <DeletedWorkspaces />
      <CreateWorkspaceDialog opened={creating} onClose={() => setCreating(false)} />
    </div>
  );
}
