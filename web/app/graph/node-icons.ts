/** A glyph of 24 by 24 for each kind of node: each has an outline of its own. */
export const NODE_ICONS: Record<string, string> = {
  identity: 'M12 3a4.2 4.2 0 1 1 0 8.4A4.2 4.2 0 0 1 12 3zM3.5 21c.8-5 4.2-7 8.5-7s7.7 2 8.5 7z',
  account:
    'M3 5h18v14H3zM7.5 9.5a2.2 2.2 0 1 0 4.4 0 2.2 2.2 0 1 0-4.4 0M6 16c.6-2 2-2.8 3.7-2.8s3.1.8 3.7 2.8M15.5 10h3M15.5 13.5h3',
  group: 'M12 2.5 20.5 7.25v9.5L12 21.5 3.5 16.75v-9.5zM8.5 10.5h7M8.5 13.5h7',
  app: 'M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z',
  role: 'M12 2.5 20 5.5v6c0 5-3.4 8.2-8 10-4.6-1.8-8-5-8-10v-6zM8.5 12l2.5 2.5 4.5-4.8',
  resource: 'M4 21V10a8 8 0 0 1 16 0v11zM9 21v-6a3 3 0 0 1 6 0v6M2 21h20',
};
