import { defineError } from '../../platform/errors.ts';

/** A call that changes something in Okta: method, and path with its query. */
export interface Write {
  method: 'POST' | 'PUT' | 'DELETE';
  path: string;
}

/** Writes by method and the form of their path, the query included. */
export type AllowedWrites = readonly (readonly [Write['method'], RegExp])[];

export const writeNotAllowed = defineError({
  code: 'okta.write_not_allowed',
  status: 422,
  title: 'Postern does not make this change',
});

/** Ids as Okta gives them: nothing that could lead to another path. */
const ID = '[A-Za-z0-9_-]{1,200}';

function form(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('?', '\\?').replaceAll('{id}', ID)}$`);
}

/** What every client may write: the Event Hooks that bring Postern its events. */
export const EVENT_HOOK_WRITES: AllowedWrites = [
  ['POST', form('/api/v1/eventHooks')],
  ['PUT', form('/api/v1/eventHooks/{id}')],
  ['POST', form('/api/v1/eventHooks/{id}/lifecycle/activate')],
  ['POST', form('/api/v1/eventHooks/{id}/lifecycle/deactivate')],
  ['POST', form('/api/v1/eventHooks/{id}/lifecycle/verify')],
];

/** What a confirmed remediation may write, and nothing else in the product. */
export const REMEDIATION_WRITES: AllowedWrites = [
  ['DELETE', form('/api/v1/users/{id}/sessions?oauthTokens=true&forgetDevices=true')],
  ['POST', form('/api/v1/users/{id}/lifecycle/suspend')],
  ['POST', form('/api/v1/users/{id}/lifecycle/unsuspend')],
  ['POST', form('/api/v1/users/{id}/lifecycle/reset_factors')],
  ['DELETE', form('/api/v1/groups/{id}/users/{id}')],
  ['DELETE', form('/api/v1/apps/{id}/users/{id}?sendEmail=false')],
  ['DELETE', form('/api/v1/apps/{id}/groups/{id}')],
  ['DELETE', form('/api/v1/users/{id}/roles/{id}')],
  ['DELETE', form('/api/v1/groups/{id}/roles/{id}')],
  ['DELETE', form('/oauth2/v1/clients/{id}/roles/{id}')],
  ['DELETE', form('/api/v1/api-tokens/{id}')],
  ['DELETE', form('/api/v1/apps/{id}/grants/{id}')],
  ['DELETE', form('/api/v1/users/{id}/clients/{id}/grants')],
  ['DELETE', form('/api/v1/users/{id}/clients/{id}/tokens')],
];

/** Throws `okta.write_not_allowed` unless one of the forms fits the whole path. */
export function checkWrite(allowed: AllowedWrites, method: string, path: string): void {
  if (allowed.some(([verb, pattern]) => verb === method && pattern.test(path))) return;
  throw writeNotAllowed({ detail: `${method} ${path.split('?')[0]} is not among the changes that may be made.` });
}
