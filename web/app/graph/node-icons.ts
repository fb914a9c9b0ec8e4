/** A glyph of 24 by 24 for each kind of node: each has an outline of its own. */
export const NODE_ICONS: Record<string, string> = {
  identity: 'M12 3a4.2 4.2 0 1 1 0 8.4A4.2 4.2 0 0 1 12 3zM3.5 21c.8-5 4.2-7 8.5-7s7.7 2 8.5 7z',
  account:
    'M3 5h18v14H3zM7.5 9.5a2.2 2.2 0 1 0 4.4 0 2.2 2.2 0 1 0-4.4 0M6 16c.6-2 2-2.8 3.7-2.8s3.1.8 3.7 2.8M15.5 10h3M15.5 13.5h3',
  group: 'M12 2.5 20.5 7.25v9.5L12 21.5 3.5 16.75v-9.5zM8.5 10.5h7M8.5 13.5h7',
  app: 'M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z',
  role: 'M12 2.5 20 5.5v6c0 5-3.4 8.2-8 10-4.6-1.8-8-5-8-10v-6zM8.5 12l2.5 2.5 4.5-4.8',
  resource: 'M4 21V10a8 8 0 0 1 16 0v11zM9 21v-6a3 3 0 0 1 6 0v6M2 21h20',
  role_assignment: 'M4 4h10l6 6v10H4zM14 4v6h6M8 14h8M8 17h5',
  resource_set: 'M12 3 21 8l-9 5-9-5zM3 12l9 5 9-5M3 16l9 5 9-5',
  credential: 'M14.5 3a6.5 6.5 0 1 1-3.4 12L9 17H7v2H5v2H2v-3l7.3-7.3A6.5 6.5 0 0 1 14.5 3zM16.5 7.5h.01',
  policy: 'M5 3h14v18H5zM8.5 8h7M8.5 12h7M8.5 16h4',
  device: 'M4 5h16v11H4zM2 20h20M12 16v4',
  identity_provider: 'M12 3v18M5 8l7-5 7 5M5 8v8l7 5 7-5V8',
  external: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
};
