import type { ApiClient } from '../../scripts/lib/api.ts';
import { eventually, okta } from './helpers.ts';

interface Sync {
  id: string;
  status: string;
}
interface Account {
  id: string;
  nativeId: string;
  source: string;
  login: string;
}

export interface Person {
  id: string;
  name: string;
}

/** A first sync of 200 people beside everything else that the machine does. */
export const SYNC_WITHIN = 180_000;

/** What Okta says of a user. */
export const statusOf = async (nativeId: string) =>
  (await okta<{ status: string }>('GET', `/users/${nativeId}`)).status;

export type TenantOrg = ReturnType<typeof orgOf>;

/** People, accounts and syncs of a tenant, by the API. */
export function orgOf(api: ApiClient) {
  const accountsOf = async (id: string) =>
    (await api.request<{ accounts: Account[] }>('GET', `/identities/${id}`)).accounts;
  const peopleOf = async (source: string) =>
    (await api.request<{ data: Person[] }>('GET', `/identities?source=${source}&status=ACTIVE&limit=5`)).data;

  async function syncEnds(source: string, last?: string): Promise<Sync> {
    return eventually(
      `the sync of ${source}`,
      async () => {
        const run = await lastSync(source);
        return run && run.id !== last && !['queued', 'running'].includes(run.status) ? run : undefined;
      },
      SYNC_WITHIN,
    );
  }

  const lastSync = async (source: string) =>
    (await api.request<{ data: Sync[] }>('GET', `/sources/${source}/syncs?limit=1`)).data[0];

  async function syncNow(source: string): Promise<Sync> {
    const last = await lastSync(source);
    await api.request('POST', `/sources/${source}/sync`);
    return syncEnds(source, last?.id);
  }

  return { accountsOf, peopleOf, lastSync, syncEnds, syncNow };
}
