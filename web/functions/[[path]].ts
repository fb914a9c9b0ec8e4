import type { ServerBuild } from '@remix-run/cloudflare';
import { createPagesFunctionHandler } from '@remix-run/cloudflare-pages';
// @ts-ignore: made by the build, which type checks do not wait for
import * as build from '../build/server';
import { getLoadContext, type Platform } from '../load-context';

export const onRequest = createPagesFunctionHandler({
  build: build as unknown as ServerBuild,
  getLoadContext: ({ context }) => getLoadContext({ context: context as unknown as { cloudflare: Platform } }),
});
