import { useComputedColorScheme } from '@mantine/core';
import { onPreferences, PALETTES, preferences, setPreferences, usePreferences } from './preferences';

/** Keeps the page in the colours that the person prefers: the style sheets go by this attribute. */
export function showPalette() {
  const show = () => {
    document.documentElement.dataset.palette = preferences().palette;
  };
  show();
  onPreferences(show);
}

/** The next one, the first behind the last. */
export function cyclePalette() {
  const place = PALETTES.indexOf(preferences().palette);
  setPreferences({ palette: PALETTES[(place + 1) % PALETTES.length] ?? 'green-red' });
}

/** Changes with the colours on screen: what draws with them by itself has to read them again. */
export function useColours(): string {
  return `${useComputedColorScheme('dark')} ${usePreferences().palette}`;
}
