import { useRouteLoaderData } from '@remix-run/react';
import type { loader } from './shell.route';

export type Permission =
  | 'read'
  | 'raw:read'
  | 'issues:work'
  | 'sources:manage'
  | 'remediate'
  | 'tenant:manage'
  | 'operate';

/** The signed-in person, as every page inside the shell may read it. Hiding is courtesy; the API decides. */
export function useSession() {
  const shell = useRouteLoaderData<typeof loader>('shell/shell.route');
  const permissions = shell?.session.permissions ?? [];
  return {
    principal: shell?.session.principal ?? { kind: 'user', id: '', name: '', role: 'viewer', sourceIds: null },
    can: (permission: Permission) => permissions.includes(permission),
    /** Sees every source: what tells of the whole tenant is closed to others. */
    seesAll: (shell?.session.principal.sourceIds ?? null) === null,
  };
}
