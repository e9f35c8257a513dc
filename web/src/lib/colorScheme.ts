import { localStorageColorSchemeManager, type MantineColorSchemeManager } from '@mantine/core';
import { onPreferences, preferences, setPreferences } from './preferences';

/** The theme of this browser, and with it the one that the person prefers everywhere. */
export function colorSchemeManager(): MantineColorSchemeManager {
  const stored = localStorageColorSchemeManager();
  let stop = () => {};
  return {
    ...stored,
    set: (theme) => {
      stored.set(theme);
      setPreferences({ theme });
    },
    subscribe: (onUpdate) => {
      stored.subscribe(onUpdate);
      stop = onPreferences((isOwn) => {
        const { theme } = preferences();
        if (!isOwn && theme !== undefined && theme !== stored.get('dark')) onUpdate(theme);
      });
    },
    unsubscribe: () => {
      stored.unsubscribe();
      stop();
    },
  };
}
