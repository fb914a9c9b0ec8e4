/** The console's pages. `shell` holds the navigation and asks for a session; what is outside needs none. */
export default [
  { path: 'login', file: 'auth/login.route.tsx' },
  { path: 'logout', file: 'auth/logout.route.ts' },
  { path: 'preferences', file: 'shell/preferences.route.ts' },
  { path: 'live', file: 'live/live.route.ts' },
  {
    file: 'shell/shell.route.tsx',
    children: [
      {
        // holds nothing but the error page, so that the navigation stays when a page fails
        file: 'shell/pages.route.tsx',
        children: [
          { index: true, file: 'dashboard/dashboard.route.tsx' },
          { path: 'issues', file: 'issues/issues.route.tsx' },
          { path: 'issues/:id', file: 'issues/issue.route.tsx' },
          { path: 'identities', file: 'identities/identities.route.tsx' },
          { path: 'identities/:id', file: 'identities/identity.route.tsx' },
          { path: 'detections', file: 'detections/detections.route.tsx' },
          { path: 'sources', file: 'sources/sources.route.tsx' },
          { path: 'sources/new', file: 'sources/new-source.route.tsx' },
          { path: 'sources/:id', file: 'sources/source.route.tsx' },
          { path: 'events', file: 'events/events.route.tsx' },
          { path: 'events/:id', file: 'events/event.route.tsx' },
          { path: 'dead-letters', file: 'dead-letters/dead-letters.route.tsx' },
          { path: 'integrations', file: 'integrations/integrations.route.tsx' },
          { path: 'integrations/new', file: 'integrations/new-integration.route.tsx' },
          { path: 'integrations/:id', file: 'integrations/integration.route.tsx' },
          { path: 'deliveries', file: 'integrations/deliveries.route.tsx' },
          { path: 'settings', file: 'settings/settings.route.tsx' },
          { path: 'settings/users', file: 'settings/users.route.tsx' },
          { path: 'settings/tokens', file: 'settings/tokens.route.tsx' },
          { path: 'settings/audit', file: 'settings/audit.route.tsx' },
          { path: 'settings/account', file: 'settings/account.route.tsx' },
          { path: '*', file: 'shell/not-found.route.tsx' },
        ],
      },
    ],
  },
];
