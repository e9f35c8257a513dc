import { Button, Group, Stack, Text } from '@mantine/core';
import { Dialog } from '~/components/Dialog';

interface Blocker {
  status: 'blocked' | 'idle';
  proceed?: () => void;
  reset?: () => void;
}

/** Asked before a page with unsaved changes is left. */
export function LeaveDialog({ blocker: { status, proceed, reset } }: { blocker: Blocker }) {
  const stay = () => reset?.();
  return (
    <Dialog opened={status === 'blocked'} onClose={stay} title="Leave without saving?">
      <Stack gap="md">
        <Text size="sm">What you have changed here and not saved is lost.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={stay} data-autofocus>
            Stay
          </Button>
          <Button color="red" onClick={() => proceed?.()}>
            Leave
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
