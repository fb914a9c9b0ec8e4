import type { Millis } from '../core/clock.ts';
import type { ClientContext } from '../log/log-event.ts';

export type UserStatus =
  | 'STAGED'
  | 'PROVISIONED'
  | 'ACTIVE'
  | 'RECOVERY'
  | 'PASSWORD_EXPIRED'
  | 'LOCKED_OUT'
  | 'SUSPENDED'
  | 'DEPROVISIONED';

export type ProviderType = 'OKTA' | 'ACTIVE_DIRECTORY' | 'LDAP' | 'FEDERATION' | 'SOCIAL';

export interface UserProfile {
  login: string;
  email: string;
  firstName: string;
  lastName: string;
  displayName: string;
  department: string;
  title: string;
  userType: 'Employee' | 'Contractor' | 'Service';
  employeeNumber: string;
  organization: string;
  locale: string;
  countryCode: string;
  city: string;
  managerId?: string;
  manager?: string;
}

export interface User {
  id: string;
  status: UserStatus;
  created: Millis;
  activated: Millis | null;
  statusChanged: Millis | null;
  lastLogin: Millis | null;
  lastUpdated: Millis;
  passwordChanged: Millis | null;
  hasPassword: boolean;
  provider: { type: ProviderType; name: string };
  profile: UserProfile;
  /** The device and place this person usually signs in from. */
  home: ClientContext;
}

export interface Group {
  id: string;
  type: 'OKTA_GROUP' | 'APP_GROUP' | 'BUILT_IN';
  created: Millis;
  lastUpdated: Millis;
  lastMembershipUpdated: Millis;
  name: string;
  description: string;
  /** The app an APP_GROUP comes from. */
  sourceAppId?: string;
}

export interface GroupRule {
  id: string;
  name: string;
  status: 'ACTIVE' | 'INACTIVE' | 'INVALID';
  created: Millis;
  lastUpdated: Millis;
  expression: string;
  groupIds: string[];
  excludedUserIds: string[];
}

export type SignOnMode =
  | 'SAML_2_0'
  | 'OPENID_CONNECT'
  | 'WS_FEDERATION'
  | 'BROWSER_PLUGIN'
  | 'SECURE_PASSWORD_STORE'
  | 'AUTO_LOGIN'
  | 'BOOKMARK';

export interface App {
  id: string;
  name: string;
  label: string;
  status: 'ACTIVE' | 'INACTIVE';
  created: Millis;
  lastUpdated: Millis;
  signOnMode: SignOnMode;
  features: string[];
  /** Set for OpenID Connect apps. */
  oauth?: { applicationType: 'web' | 'browser' | 'native' | 'service'; authMethod: string; dpop: boolean };
}

export type AppUserStatus =
  | 'ACTIVE'
  | 'APPROVED'
  | 'DEPROVISIONED'
  | 'IMPORTED'
  | 'INACTIVE'
  | 'MATCHED'
  | 'PENDING'
  | 'PROVISIONED'
  | 'STAGED'
  | 'SUSPENDED';

export interface AppUser {
  userId: string;
  appId: string;
  /** The id of the assignment itself, as the System Log names it (`0ua…`). */
  assignmentId: string;
  scope: 'USER' | 'GROUP';
  /** The group that gives it, for scope GROUP. */
  groupId: string | null;
  status: AppUserStatus;
  externalId: string | null;
  created: Millis;
  lastUpdated: Millis;
  statusChanged: Millis;
  userName: string;
}

export type RoleType =
  | 'SUPER_ADMIN'
  | 'ORG_ADMIN'
  | 'APP_ADMIN'
  | 'USER_ADMIN'
  | 'HELP_DESK_ADMIN'
  | 'READ_ONLY_ADMIN'
  | 'REPORT_ADMIN'
  | 'MOBILE_ADMIN'
  | 'API_ACCESS_MANAGEMENT_ADMIN'
  | 'GROUP_MEMBERSHIP_ADMIN'
  | 'CUSTOM';

export interface RoleAssignment {
  id: string;
  type: RoleType;
  status: 'ACTIVE' | 'INACTIVE';
  created: Millis;
  lastUpdated: Millis;
  /** For CUSTOM: which role on which resource set. */
  custom?: { roleId: string; resourceSetId: string };
}

export interface Factor {
  id: string;
  factorType: string;
  provider: string;
  vendorName: string;
  status: 'ACTIVE' | 'PENDING_ACTIVATION' | 'INACTIVE' | 'EXPIRED' | 'NOT_SETUP';
  created: Millis;
  lastUpdated: Millis;
  profile: Record<string, unknown>;
}

export interface ApiToken {
  id: string;
  name: string;
  userId: string;
  created: Millis;
  lastUpdated: Millis;
  expiresAt: Millis;
}

export interface Grant {
  id: string;
  appId: string;
  scopeId: string;
  createdBy: string;
  created: Millis;
}

export interface RefreshToken {
  id: string;
  appId: string;
  userId: string;
  scopes: string[];
  created: Millis;
  expiresAt: Millis;
}

export interface OAuthClient {
  clientId: string;
  jwks: { keys: Record<string, unknown>[] };
  scopes: string[];
  roles: RoleAssignment[];
  dpop: boolean;
}

export interface EventHook {
  id: string;
  name: string;
  description: string | null;
  status: 'ACTIVE' | 'INACTIVE';
  verified: boolean;
  created: Millis;
  createdBy: string;
  lastUpdated: Millis;
  items: string[];
  uri: string;
  headers: { key: string; value: string }[];
  authKey: string;
  authValue: string;
}

/** A near miss that was planted on purpose: it looks like a problem and is none. */
export interface NearMiss {
  detection: string;
  kind: 'account' | 'identity';
  nativeId: string;
  note: string;
}

export interface Device {
  id: string;
  userId: string;
  created: Millis;
  lastUpdated: Millis;
  status: 'ACTIVE' | 'SUSPENDED';
  displayName: string;
  platform: 'MACOS' | 'WINDOWS' | 'IOS' | 'ANDROID';
  managed: boolean;
}
