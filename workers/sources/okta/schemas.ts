import { z } from 'zod';

/*
 * Okta's objects as far as Postern reads them. Lenient: unknown fields pass, an optional field that is missing or of
 * another type reads as null. Only what an object means nothing without is required.
 */

const id = z.string().min(1).max(200);
const textOrNull = z
  .string()
  .nullish()
  .catch(null)
  .default(null)
  .transform((text) => text || null);
const href = z.object({ href: z.string() }).nullish().catch(null).default(null);

/** Okta itself has people whose profile numbers are numbers: read as text. */
const profileText = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null)
  .default(null)
  .transform((text) => text || null);

const userProfile = z.object({
  login: profileText,
  email: profileText,
  firstName: profileText,
  lastName: profileText,
  displayName: profileText,
  department: profileText,
  title: profileText,
  managerId: profileText,
  userType: profileText,
  employeeNumber: profileText,
});

export const userSchema = z.object({
  id,
  status: z.string().min(1),
  created: textOrNull,
  activated: textOrNull,
  statusChanged: textOrNull,
  lastLogin: textOrNull,
  passwordChanged: textOrNull,
  lastUpdated: textOrNull,
  realmId: textOrNull,
  profile: userProfile.catch(() => userProfile.parse({})).default(() => userProfile.parse({})),
  credentials: z
    .object({
      password: z.looseObject({}).nullish().catch(null),
      provider: z.object({ type: textOrNull, name: textOrNull }).nullish().catch(null),
      emails: z
        .array(z.object({ value: textOrNull, status: textOrNull }))
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
});

/** Spelt "hasAdminPrivlege" by the API; the right spelling is accepted too. */
const statsSchema = z.object({
  usersCount: z.number().int().nonnegative().nullish().catch(null).default(null),
  appsCount: z.number().int().nonnegative().nullish().catch(null).default(null),
  hasAdminPrivlege: z.boolean().nullish().catch(null),
  hasAdminPrivilege: z.boolean().nullish().catch(null),
});

export const groupSchema = z.object({
  id,
  type: textOrNull,
  lastMembershipUpdated: textOrNull,
  lastUpdated: textOrNull,
  source: z.object({ id: textOrNull }).nullish().catch(null),
  _links: z.object({ source: href }).nullish().catch(null),
  profile: z
    .object({
      name: profileText,
      description: profileText,
      windowsDomainQualifiedName: profileText,
      dn: profileText,
      objectSid: profileText,
      externalId: profileText,
    })
    .nullish()
    .catch(null),
  _embedded: z
    .object({ stats: statsSchema.nullish().catch(null) })
    .nullish()
    .catch(null),
});

export const appSchema = z.object({
  id,
  name: textOrNull,
  label: textOrNull,
  status: z.string().min(1),
  signOnMode: textOrNull,
  features: z.array(z.string()).nullish().catch(null),
  created: textOrNull,
  lastUpdated: textOrNull,
  universalLogout: z.object({ status: textOrNull, supportType: textOrNull }).nullish().catch(null),
  credentials: z
    .object({
      oauthClient: z.object({ client_id: textOrNull, token_endpoint_auth_method: textOrNull }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  settings: z
    .object({
      emOptInStatus: textOrNull,
      app: z.record(z.string(), z.unknown()).nullish().catch(null),
      oauthClient: z
        .object({
          redirect_uris: z.array(z.string()).nullish().catch(null),
          wildcard_redirect: textOrNull,
          grant_types: z.array(z.string()).nullish().catch(null),
          application_type: textOrNull,
          dpop_bound_access_tokens: z.boolean().nullish().catch(null),
          consent_method: textOrNull,
        })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
  _links: z.object({ accessPolicy: href, profileEnrollment: href }).nullish().catch(null),
  _embedded: z.object({ user: z.unknown() }).nullish().catch(null),
});

export const appUserSchema = z.object({
  id,
  externalId: textOrNull,
  scope: textOrNull,
  status: z.string().min(1),
  syncState: textOrNull,
  credentials: z.object({ userName: textOrNull }).nullish().catch(null),
  _links: z.object({ user: href }).nullish().catch(null),
});

/** App groups, members and admins: all that is read is which object they name. */
export const referenceSchema = z.object({ id });

export const roleSchema = z.object({
  id: textOrNull,
  type: z.string().min(1),
  label: textOrNull,
  status: textOrNull,
  assignmentType: textOrNull,
  /** Id of a custom role; IAM-based standard roles repeat their type here. */
  role: textOrNull,
  created: textOrNull,
  'resource-set': textOrNull,
});

export const factorSchema = z.object({
  id,
  factorType: z.string().min(1),
  provider: textOrNull,
  vendorName: textOrNull,
  status: textOrNull,
});
