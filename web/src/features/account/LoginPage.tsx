import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { Session } from '~/api/client';
import { sessionQuery } from '~/api/session';
import { nextLocation } from '~/lib/next';
import { tellTabs } from '~/lib/tabs';
import { useTitle } from '~/lib/useTitle';
import { GatePage } from './GatePage';
import { LoginForm } from './LoginForm';

const route = getRouteApi('/login');

/** Signing in, then on to where one wanted to go. */
export function LoginPage() {
  const { next } = route.useSearch();
  const navigate = useNavigate();
  const client = useQueryClient();
  useTitle('Sign in');
  const enter = (session: Session) => {
    client.getQueryCache().clear();
    client.setQueryData(sessionQuery.queryKey, session);
    tellTabs(session.user.id);
    void navigate(nextLocation(next));
  };
  return (
    <GatePage title="Trading Lab">
      <LoginForm onDone={enter} />
      <Text size="xs" c="dimmed">
        Forgotten it? Whoever runs this server can set a new password: <code>tlab user set-password</code>.
      </Text>
    </GatePage>
  );
}
