import { defineError } from '../platform/errors.ts';

/** The tenant id of a request in which an operator named none: it owns no rows, so it finds none. */
export const NO_TENANT = '';

export const loginFailed = defineError({
  code: 'login.failed',
  status: 401,
  title: 'The e-mail address or the password is wrong',
});

export const loginThrottled = defineError({
  code: 'login.throttled',
  status: 429,
  title: 'Too many failed log-ins for this address. Wait, then try again.',
});

const tenantRequiredError = defineError({ code: 'tenant.required', status: 400, title: 'Name a tenant' });

export const tenantRequired = () =>
  tenantRequiredError({ detail: 'An operator names the tenant of this request in the header X-Postern-Tenant.' });

export const tenantNotFound = defineError({
  code: 'tenant.not_found',
  status: 404,
  title: 'There is no tenant with the id in X-Postern-Tenant',
});

export const tenantSuspended = defineError({ code: 'tenant.suspended', status: 403, title: 'The tenant is suspended' });

export const emailTaken = defineError({
  code: 'user.email_taken',
  status: 409,
  title: 'A user with this e-mail address exists already',
});

export const lastAdmin = defineError({
  code: 'user.last_super_admin',
  status: 409,
  title: 'This is the last super admin: name another one first',
});

export const roleNotAllowed = defineError({
  code: 'role.not_allowed',
  status: 403,
  title: 'You cannot give this role',
});

export const passwordRefused = defineError({
  code: 'password.refused',
  status: 400,
  title: 'Choose another password',
});
