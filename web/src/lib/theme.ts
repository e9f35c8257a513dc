import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

// From text to the deepest background; the index is what Mantine expects, the values are tokens.css's.
const dark: MantineColorsTuple = [
  '#dfe4ea',
  '#b8c0cc',
  '#949dad',
  '#6f7988',
  '#303a47',
  '#262e39',
  '#1c222b',
  '#151a21',
  '#0f1318',
  '#0a0d11',
];

// The listbox itself scrolls: a scroller around it would need a focus of its own.
const LIST_STYLE = { maxHeight: '260px', overflowY: 'auto' } as const;

export const theme = createTheme({
  colors: { dark },
  primaryColor: 'blue',
  // White on blue.8 keeps 4.5:1; Mantine's default shade does not.
  primaryShade: { light: 8, dark: 8 },
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  spacing: { xs: '6px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  defaultRadius: 6,
  cursorType: 'pointer',
  focusRing: 'auto',
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '18px' }, h2: { fontSize: '15px' }, h3: { fontSize: '13px' } },
  },
  components: {
    // Under the box, so that those of a row stand at one height. Mantine sets descriptions two steps below the input's
    // size: too small to read here.
    InputWrapper: {
      defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] },
      styles: { description: { fontSize: '11.5px', lineHeight: 1.4 } },
    },
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Select: {
      defaultProps: {
        size: 'xs',
        comboboxProps: { shadow: 'md' },
        checkIconPosition: 'right',
        withScrollArea: false,
      },
      styles: { options: LIST_STYLE },
    },
    Autocomplete: {
      defaultProps: { size: 'xs', comboboxProps: { shadow: 'md' }, withScrollArea: false },
      styles: { options: LIST_STYLE },
    },
    NativeSelect: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    // Inside the landmark of its button; a portal would stand outside all of them.
    Menu: {
      defaultProps: {
        shadow: 'md',
        withArrow: false,
        withinPortal: false,
        withInitialFocusPlaceholder: false,
      },
    },
    Popover: { defaultProps: { shadow: 'md' } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, fz: 'xs' } },
    Modal: {
      defaultProps: {
        centered: false,
        overlayProps: { backgroundOpacity: 0.5 },
        transitionProps: { duration: 120 },
      },
    },
  },
});

/** Mantine's dimmed and border colours, tuned to 4.5:1; setting them in CSS on html does not win over Mantine. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#535b68',
    '--mantine-color-placeholder': '#646c79',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#1a202b',
    '--mantine-color-default-border': '#cfd6df',
    '--mantine-color-error': '#bf1f37',
    '--mantine-color-anchor': '#1460ad',
  },
  dark: {
    '--mantine-color-dimmed': '#949dad',
    '--mantine-color-placeholder': '#87919f',
    '--mantine-color-body': '#151a21',
    '--mantine-color-default': '#1c222b',
    '--mantine-color-default-hover': '#212934',
    '--mantine-color-default-border': '#303a47',
    '--mantine-color-error': '#ff6b7f',
    '--mantine-color-anchor': '#4d9df5',
  },
});
