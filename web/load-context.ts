/** What a loader or action gets from the platform: the bindings, and a way to finish work after the answer. */
export interface Platform {
  env: ConsoleEnv;
  ctx: { waitUntil(promise: Promise<unknown>): void };
}

declare module '@remix-run/cloudflare' {
  interface AppLoadContext {
    cloudflare: Platform;
  }

  interface Future {
    v3_singleFetch: true;
  }
}

/** The same for Pages and for `remix vite:dev`. */
export function getLoadContext({ context }: { context: { cloudflare: Platform } }): { cloudflare: Platform } {
  return { cloudflare: { env: context.cloudflare.env, ctx: context.cloudflare.ctx } };
}
