import { Menu, Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Session } from '~/api/client';
import { Icon } from '~/components/Icon';
import { useZone } from '~/lib/useZone';
import { ThemeItems } from './ThemeMenu';
import classes from './UserMenu.module.css';

interface Props {
  user: Session['user'];
  ws: string;
  onAbout: () => void;
}

export function UserMenu({ user, ws, onAbout }: Props) {
  const [zone, setZone] = useZone();
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
            {user.display_name} — no login
          </Text>
          <Text size="xs" c="dimmed">
            {user.email}
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} to={`/w/${ws}/settings`} leftSection={<Icon name="sliders" size={16} />}>
          Workspace settings
        </Menu.Item>
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
        <Menu.Item leftSection={<Icon name="info" size={16} />} onClick={onAbout}>
          About
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
