import { answer } from './fake-okta.routes.ts';

export { oktaError } from './fake-okta.answers.ts';
export { smallOrg } from './small-org.ts';

/** An Okta org in memory for tests: pages, counts calls, and answers with the faults it is told to. */
export interface FakeUser {
  id: string;
  status: string;
  factors: { id: string; factorType: string; status: string }[];
  roles: { type: string; role?: string; label?: string; assignmentType?: string }[];
  name?: string;
  mail?: string;
  lastUpdated?: number;
  /** What else it says of itself. */
  body?: Record<string, unknown>;
}

export interface FakeGroup {
  id: string;
  name: string;
  type: string;
  members: string[];
  roles: { type: string; label?: string }[];
  lastUpdated?: number;
  lastMembershipUpdated?: number;
  /** What else it says of itself. */
  body?: Record<string, unknown>;
}

export interface FakeApp {
  id: string;
  label: string;
  users: { id: string; status: string; syncState?: string; scope?: string }[];
  groups: string[];
  lastUpdated?: number;
  /** What else it says of itself. */
  body?: Record<string, unknown>;
}

export interface FakeOrg {
  users: FakeUser[];
  groups: FakeGroup[];
  apps: FakeApp[];
  /** Answers of every other path, by path and, where a type or a filter is asked for, `?type=…` or `?filter=…`. What is not there is not found. */
  more?: Record<string, unknown>;
}

export type Fault = (path: string, url: URL) => Response | undefined;

export interface FakeOkta {
  origin: string;
  org: FakeOrg;
  fetch: typeof fetch;
  /** Paths with queries, in order. */
  calls: string[];
  /** Looked at before each call; the first answer that is not undefined is given. */
  faults: Fault[];
  pageSize: { users: number; groups: number; members: number };
  /** How far its clock is ahead of the one it was given. */
  ahead: number;
  /** Users that it says every group has; the true number when null. */
  counted: number | null;
  /** Rate headers of every answer; absent by default. */
  rate: ((path: string) => { limit: number; remaining: number; reset: number }) | null;
}

export function createFakeOkta(org: FakeOrg, now: () => number): FakeOkta {
  const fake: FakeOkta = {
    origin: 'https://acme.okta.com',
    org,
    calls: [],
    faults: [],
    pageSize: { users: 200, groups: 200, members: 1000 },
    rate: null,
    ahead: 0,
    counted: null,
    fetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const path = url.pathname;
      fake.calls.push(path + url.search);
      const response = fake.faults.map((fault) => fault(path, url)).find(Boolean) ?? answer(fake, url, init);
      const headers = new Headers(response.headers);
      if (!headers.has('date')) headers.set('date', new Date(now() + fake.ahead).toUTCString());
      const rate = fake.rate?.(path);
      if (rate && !headers.has('x-rate-limit-limit')) {
        headers.set('x-rate-limit-limit', String(rate.limit));
        headers.set('x-rate-limit-remaining', String(rate.remaining));
        headers.set('x-rate-limit-reset', String(rate.reset));
      }
      return new Response(response.body, { status: response.status, headers });
    },
  };
  return fake;
}
