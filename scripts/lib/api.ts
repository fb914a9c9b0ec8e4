/** A minimal client of Postern's own API, for the scripts. */
export interface ApiClient {
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** Throws with the problem's code and detail when the answer is not 2xx. */
export function createApiClient(origin: string, token: string, tenant?: string): ApiClient {
  return {
    async request<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await fetch(`${origin}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(tenant ? { 'x-postern-tenant': tenant } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
      return (text ? JSON.parse(text) : undefined) as T;
    },
  };
}

/** Reads a list to its end, in the largest pages there are. */
export async function readAll<T>(api: ApiClient, path: string): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { data: T[]; next: string | null } = await api.request(
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}limit=200${after}`,
    );
    rows.push(...page.data);
    cursor = page.next;
  } while (cursor !== null);
  return rows;
}
