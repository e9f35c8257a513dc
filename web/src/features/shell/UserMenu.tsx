import { Menu, Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Session } from '~/api/client';
import { Icon } from '~/components/Icon';
import { useSignOut } from '~/features/account/useSignOut';
import { isOperator } from '~/lib/operator';
import { useZone } from '~/lib/useZone';
import { ThemeItems } from './ThemeMenu';
import classes from './UserMenu.module.css';

interface Props {
  session: Session;
  ws: string;
  onAbout: () => void;
  onKeys: () => void;
}

export function UserMenu({ session, ws, onAbout, onKeys }: Props) {
  const { user, auth_mode } = session;
  const [zone, setZone] = useZone();
  const signOut = useSignOut();
  const initials = user.display_name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word[0]?.toUpperCase())
    .join('');
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes.button}>
          <span className="visually-hidden">User menu of {user.display_name}</span>
          <span className={classes.initials} aria-hidden="true">
            {initials}
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who} role="presentation">
          <Text size="sm" fw={600}>
            {auth_mode === 'none' ? `${user.display_name} — no login` : user.display_name}
          </Text>
          <Text size="xs" c="dimmed">
            {user.email}
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} to="/settings" leftSection={<Icon name="person" size={16} />}>
          Your settings
        </Menu.Item>
        {ws !== '' && (
          <Menu.Item
            component={Link}
            to={`/w/${ws}/settings`}
            leftSection={<Icon name="sliders" size={16} />}
          >
            Workspace settings
          </Menu.Item>
        )}
        {isOperator(session) && (
          <Menu.Item component={Link} to="/admin/users" leftSection={<Icon name="server" size={16} />}>
            This server
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        <ThemeItems />
        <Menu.Label>Time zone</Menu.Label>
        {(['utc', 'local'] as const).map((value) => (
          <Menu.Item
            key={value}
            onClick={() => setZone(value)}
            rightSection={zone === value ? <Icon name="check" size={15} /> : undefined}
          >
            {value === 'utc' ? 'UTC' : 'Local'}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item className="ui-keys" leftSection={<Icon name="help" size={16} />} onClick={onKeys}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item component="a" href="docs" target="_blank" leftSection={<Icon name="braces" size={16} />}>
          API
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="info" size={16} />} onClick={onAbout}>
          About
        </Menu.Item>
        {auth_mode !== 'none' && (
          <Menu.Item leftSection={<Icon name="leave" size={16} />} onClick={() => signOut.mutate()}>
            Log out
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
