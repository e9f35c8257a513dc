import { Button, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { currentNeed } from '~/api/needs';
import { sessionQuery } from '~/api/session';
import { Dialog } from '~/components/Dialog';
import { useStore } from '~/lib/store';
import { toastDone } from '~/lib/toast';
import { PasswordForm } from './PasswordForm';

const KEY = 'tlab.password-later';

function wasPutOff(): boolean {
  try {
    return sessionStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

/** Asks whoever has a password that somebody else gave for one of their own; once in a tab. */
export function PasswordReminder() {
  const [opened, setOpened] = useState(() => !wasPutOff());
  // Where the server insists, that is what is asked.
  const isInsistedOn = useStore(currentNeed) !== undefined;
  const client = useQueryClient();
  const later = () => {
    setOpened(false);
    try {
      sessionStorage.setItem(KEY, '1');
    } catch {
      // Then it is asked again with the next page that is opened.
    }
  };
  return (
    <Dialog opened={opened && !isInsistedOn} onClose={later} title="Choose a password of your own">
      <Stack gap="md">
        <Text size="sm">Your password was given to you by somebody else, so it is not only yours.</Text>
        <PasswordForm
          onDone={async () => {
            setOpened(false);
            toastDone('Your password was changed.');
            await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
          }}
        >
          <Button variant="subtle" color="gray" onClick={later}>
            Later
          </Button>
        </PasswordForm>
      </Stack>
    </Dialog>
  );
}
