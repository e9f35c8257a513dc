import {
  localStorageColorSchemeManager,
  type MantineColorScheme,
  type MantineColorSchemeManager,
} from '@mantine/core';
import { onPreferences, preferences, setPreferences } from './preferences';

/** The theme of this browser, and with it the one that the person prefers everywhere. */
export function colorSchemeManager(): MantineColorSchemeManager {
  const stored = localStorageColorSchemeManager();
  let shown: MantineColorScheme | undefined;
  let stop = () => {};
  return {
    ...stored,
    get: (fallback) => {
      shown ??= stored.get(fallback);
      return shown;
    },
    set: (theme) => {
      shown = theme;
      stored.set(theme);
      setPreferences({ theme });
    },
    // What another tab or browser has chosen comes with the preferences: it is no choice made here.
    subscribe: (onUpdate) => {
      stop = onPreferences((isOwn) => {
        const { theme } = preferences();
        if (!isOwn && theme !== undefined && theme !== shown) onUpdate(theme);
      });
    },
    unsubscribe: () => stop(),
  };
}
