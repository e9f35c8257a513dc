import { MantineProvider } from '@mantine/core';
import { render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { theme } from '~/lib/theme';

/** Renders inside the theme, without animations, as all components expect it. */
export const renderThemed = (element: ReactElement) =>
  render(
    <MantineProvider theme={theme} env="test">
      {element}
    </MantineProvider>,
  );
