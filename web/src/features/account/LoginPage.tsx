import { Text } from '@mantine/core';
import type { Session } from '~/api/client';
import { useTitle } from '~/lib/useTitle';
import { GatePage } from './GatePage';
import { LoginForm } from './LoginForm';

/** Signing in. It stands before the application: nothing of that is loaded for it. */
export function LoginPage({ onDone }: { onDone: (session: Session) => void }) {
  useTitle('Sign in');
  return (
    <GatePage title="Trading Lab">
      <LoginForm onDone={onDone} />
      <Text size="xs" c="dimmed">
        Forgotten it? Whoever runs this server can set a new password: <code>tlab user set-password</code>.
      </Text>
    </GatePage>
  );
}
