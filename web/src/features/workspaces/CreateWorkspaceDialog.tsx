import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Workspace } from '~/api/client';
import { createWorkspace, sessionQuery } from '~/api/session';
import { Dialog } from '~/components/Dialog';
import { FormAlert, formProblems } from '~/components/Problem';
import {
  InviteFields,
  inviteAll,
  messagesOf,
  NOBODY,
  type Sent,
  SentLinks,
} from '~/features/members/invites';
import { toastDone } from '~/lib/toast';

interface Props {
  opened: boolean;
  onClose: () => void;
}

export function CreateWorkspaceDialog({ opened, onClose }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Create workspace">
      <CreateForm onClose={onClose} />
    </Dialog>
  );
}

/** A workspace, and with it the first people in it where somebody is named. */
function CreateForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [quote, setQuote] = useState('USDT');
  const [invites, setInvites] = useState(NOBODY);
  const [isInviting, setInviting] = useState(false);
  const [made, setMade] = useState<{ workspace: Workspace; sent: Sent[] }>();
  const queryClient = useQueryClient();
  const navigate = useNavigate();

  const open = async (workspace: Workspace) => {
    onClose();
    toastDone(`Workspace “${workspace.name}” was created.`);
    await navigate({ to: '/w/$ws/chart', params: { ws: workspace.id } });
  };
  const create = useMutation({
    mutationFn: async () => {
      const fields = { name: name.trim(), default_quote_asset: quote.trim().toUpperCase() };
      const workspace = await createWorkspace(fields);
      return { workspace, sent: isInviting ? await inviteAll(workspace.id, invites) : [] };
    },
    onSuccess: async (done) => {
      await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      // The links are seen this once: the dialog stays until they were.
      if (done.sent.length > 0) setMade(done);
      else await open(done.workspace);
    },
  });
  const { byField, rest } = formProblems(create.error, ['name', 'default_quote_asset']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  if (made) return <Made sent={made.sent} onOpen={() => void open(made.workspace)} />;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="Backtests of one workspace are not seen in another."
          data-autofocus
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={byField.name}
        />
        <TextInput
          label="Quote asset"
          description="What prices are in, such as USDT or BTC."
          maxLength={20}
          value={quote}
          onChange={(event) => setQuote(event.currentTarget.value)}
          error={byField.default_quote_asset}
        />
        {isInviting ? (
          <InviteFields draft={invites} onChange={setInvites} isFirst={false} />
        ) : (
          <div>
            <Button variant="default" onClick={() => setInviting(true)}>
              Invite people, too…
            </Button>
          </div>
        )}
        <FormAlert messages={rest} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create workspace
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The workspace is there; what came of the invitations is told, with the links. */
function Made({ sent, onOpen }: { sent: Sent[]; onOpen: () => void }) {
  const done = sent.filter(({ made }) => made);
  return (
    <Stack gap="md">
      {done.length > 0 && <SentLinks sent={done} />}
      <FormAlert messages={messagesOf(sent)} />
      <Group justify="flex-end">
        <Button onClick={onOpen} data-autofocus>
          Open the workspace
        </Button>
      </Group>
    </Stack>
  );
}
