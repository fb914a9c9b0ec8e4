import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The green of weathered copper: the one accent. */
const verdigris: MantineColorsTuple = [
  '#e9f6f4',
  '#d3ebe7',
  '#a6d8d0',
  '#76c5ba',
  '#4cc3b3',
  '#2ea496',
  '#127c71',
  '#0b6e66',
  '#0a5c56',
  '#084a45',
];

/** Grey with a breath of the accent, for surfaces in the dark. */
const stone: MantineColorsTuple = [
  '#e6ecea',
  '#c9d3d0',
  '#a9b6b3',
  '#8b9996',
  '#5c6b69',
  '#3d4c4e',
  '#263234',
  '#141d1e',
  '#0d1415',
  '#0a1011',
];

const crimson: MantineColorsTuple = [
  '#fdeef2',
  '#fbdbe3',
  '#f5b3c5',
  '#f088a4',
  '#ec5a80',
  '#dc3a66',
  '#c41d4f',
  '#a5133f',
  '#880e34',
  '#6c0a29',
];

export const FONT =
  "Inter, 'Inter Variable', ui-sans-serif, -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif";
const MONO = "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

export const theme = createTheme({
  colors: { verdigris, crimson, dark: stone },
  primaryColor: 'verdigris',
  primaryShade: { light: 7, dark: 6 },
  black: '#16201f',
  fontFamily: FONT,
  fontFamilyMonospace: MONO,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.5', lg: '1.5', xl: '1.4' },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  defaultRadius: 'sm',
  spacing: { xs: '0.375rem', sm: '0.625rem', md: '0.875rem', lg: '1.25rem', xl: '2rem' },
  headings: { fontFamily: FONT, fontWeight: '620' },
  cursorType: 'pointer',
  focusRing: 'auto',
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    NativeSelect: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'sm' } },
  },
});
