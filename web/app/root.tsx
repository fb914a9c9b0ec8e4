import { MantineProvider } from '@mantine/core';
import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Links, Meta, Outlet, Scripts, ScrollRestoration, useRouteLoaderData } from '@remix-run/react';
import { type ReactNode, useMemo } from 'react';
import './theme/mantine.css';
import './theme/tokens.css';
import './theme/global.css';
import { renderedScheme, schemePreference } from './server/scheme.server';
import { ErrorPage } from './shell/error-page';
import { useNonce } from './shell/nonce';
import { SCHEME_SCRIPT, schemeManager } from './theme/scheme-manager';
import { theme } from './theme/theme';

export const links: LinksFunction = () => [{ rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' }];

export const meta: MetaFunction = () => [{ title: 'Postern' }];

export function loader({ request }: LoaderFunctionArgs) {
  const preference = schemePreference(request);
  return { preference, rendered: renderedScheme(request, preference) };
}

export function Layout({ children }: { children: ReactNode }) {
  const nonce = useNonce();
  const scheme = useRouteLoaderData<typeof loader>('root') ?? {
    preference: 'auto' as const,
    rendered: 'light' as const,
  };
  const manager = useMemo(() => schemeManager(scheme.preference), [scheme.preference]);
  return (
    <html
      lang="en"
      data-scheme={scheme.preference}
      data-mantine-color-scheme={scheme.rendered}
      suppressHydrationWarning
    >
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <script nonce={nonce} suppressHydrationWarning>
          {SCHEME_SCRIPT}
        </script>
        <Meta />
        <Links />
      </head>
      <body>
        <MantineProvider theme={theme} defaultColorScheme={scheme.preference} colorSchemeManager={manager}>
          {children}
        </MantineProvider>
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

export default function App() {
  return <Outlet />;
}

export function ErrorBoundary() {
  return <ErrorPage bare />;
}
