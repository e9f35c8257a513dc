import { NativeSelect, Stack, Switch, useMantineColorScheme } from '@mantine/core';
import { Change } from '~/components/Num';
import { THEMES } from '~/features/shell/ThemeMenu';
import { type Palette, setPreferences, usePreferences } from '~/lib/preferences';
import type { Zone } from '~/lib/time';
import { useZone } from '~/lib/useZone';
import type { TabProps } from './AccountPage';
import classes from './Settings.module.css';

const PALETTES: { value: Palette; label: string }[] = [
  { value: 'green-red', label: 'Green rose, red fell' },
  { value: 'red-green', label: 'Red rose, green fell' },
  { value: 'blue-orange', label: 'Blue rose, orange fell: for every kind of sight' },
];
const ZONES: { value: Zone; label: string }[] = [
  { value: 'utc', label: 'UTC' },
  { value: 'local', label: `Local: ${Intl.DateTimeFormat().resolvedOptions().timeZone}` },
];

/** How things look and which keys do something; each choice holds at once. */
export function AppearanceTab({ session }: TabProps) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { palette, singleKeys } = usePreferences();
  const [zone, setZone] = useZone();
  return (
    <section className={classes.card}>
      <h2>Appearance</h2>
      <Stack gap="md" maw={420}>
        <NativeSelect
          label="Theme"
          value={colorScheme}
          data={THEMES.map(({ value, label }) => ({ value, label }))}
          onChange={({ currentTarget }) => setColorScheme(currentTarget.value as typeof colorScheme)}
        />
        <NativeSelect
          label="Colours"
          description={
            <>
              As here: <Change value={0.0125} /> and <Change value={-0.0125} />. A sign says the same.
            </>
          }
          value={palette}
          data={PALETTES}
          onChange={({ currentTarget }) => setPreferences({ palette: currentTarget.value as Palette })}
        />
        <NativeSelect
          label="Times"
          description="Daily and longer bars have their UTC date either way."
          value={zone}
          data={ZONES}
          onChange={({ currentTarget }) => setZone(currentTarget.value as Zone)}
        />
        <Switch
          label="Single-key shortcuts"
          description="Letters such as j, k or g c. What has Ctrl or ⌘ works always."
          checked={singleKeys}
          onChange={({ currentTarget }) => setPreferences({ singleKeys: currentTarget.checked })}
        />
      </Stack>
      <p className={classes.note}>
        {session.auth_mode === 'none'
          ? 'Kept in this browser.'
          : 'Kept with your account, so that every browser in which you sign in looks the same.'}
      </p>
    </section>
  );
}
