import './styles/boot';
import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Boot } from './boot';
import { colorSchemeManager } from './lib/colorScheme';
import { showPalette } from './lib/palette';
import { cssVariables, theme } from './lib/theme';

const colorSchemes = colorSchemeManager();
showPalette();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      deduplicateCssVariables={false}
      defaultColorScheme="dark"
      colorSchemeManager={colorSchemes}
    >
      <Boot />
    </MantineProvider>
  </StrictMode>,
);
