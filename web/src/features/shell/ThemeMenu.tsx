import { ActionIcon, type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';
import { Icon, type IconName } from '~/components/Icon';

export const THEMES: { value: MantineColorScheme; label: string; icon: IconName }[] = [
  { value: 'dark', label: 'Dark', icon: 'moon' },
  { value: 'light', label: 'Light', icon: 'sun' },
  { value: 'auto', label: 'System', icon: 'system' },
];

export function ThemeMenu() {
  const { colorScheme } = useMantineColorScheme();
  const current = THEMES.find(({ value }) => value === colorScheme);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Theme: ${current?.label ?? 'System'}`}>
          <Icon name={current?.icon ?? 'system'} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <ThemeItems />
      </Menu.Dropdown>
    </Menu>
  );
}

export function ThemeItems() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return THEMES.map(({ value, label, icon }) => (
    <Menu.Item
      key={value}
      leftSection={<Icon name={icon} size={16} />}
      rightSection={colorScheme === value ? <Icon name="check" size={15} /> : undefined}
      onClick={() => setColorScheme(value)}
    >
      {label}
      {colorScheme === value && <span className="visually-hidden"> (chosen)</span>}
    </Menu.Item>
  ));
}

/** Dark, light, system, dark … */
export function useThemeCycle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return () => {
    const index = THEMES.findIndex(({ value }) => value === colorScheme);
    const next = THEMES[(index + 1) % THEMES.length];
    if (next) setColorScheme(next.value);
  };
}
