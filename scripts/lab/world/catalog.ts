import type { RoleType, SignOnMode } from './model.ts';

export const COMPANY = 'Acme Robotics';
export const DOMAIN = 'acme.example';

export const DEPARTMENTS: readonly (readonly [string, number, readonly string[]])[] = [
  ['Engineering', 26, ['Software Engineer', 'Senior Software Engineer', 'Staff Engineer', 'SRE', 'QA Engineer']],
  ['Sales', 16, ['Account Executive', 'Sales Engineer', 'SDR', 'Account Manager']],
  ['Customer Support', 12, ['Support Specialist', 'Support Engineer', 'Team Lead Support']],
  ['Marketing', 8, ['Content Strategist', 'Product Marketer', 'Designer']],
  ['Finance', 7, ['Accountant', 'Controller', 'Payroll Specialist', 'Treasury Analyst']],
  ['People', 6, ['Recruiter', 'HR Partner', 'Compensation Analyst']],
  ['IT', 6, ['Systems Administrator', 'Helpdesk Analyst', 'Network Engineer']],
  ['Security', 4, ['Security Engineer', 'SOC Analyst', 'IAM Engineer']],
  ['Product', 6, ['Product Manager', 'UX Researcher']],
  ['Operations', 6, ['Operations Manager', 'Logistics Planner', 'Facilities Coordinator']],
  ['Legal', 3, ['Counsel', 'Paralegal', 'Privacy Officer']],
];

export const PROJECTS = [
  'Aurora',
  'Basalt',
  'Cobalt',
  'Drift',
  'Ember',
  'Falcon',
  'Granite',
  'Harbor',
  'Iris',
  'Juniper',
];

export interface AppSpec {
  name: string;
  label: string;
  signOnMode: SignOnMode;
  features: readonly string[];
  status?: 'INACTIVE';
  /** `everyone`, a department, or nobody by group. */
  groups?: readonly string[];
  applicationType?: 'web' | 'browser' | 'native' | 'service';
  /** OAuth scopes of Okta itself, for service apps. */
  scopes?: readonly string[];
  roles?: readonly RoleType[];
}

const SCIM = ['PUSH_NEW_USERS', 'PUSH_PROFILE_UPDATES', 'PUSH_USER_DEACTIVATION', 'REACTIVATE_USERS'];

export const APPS: readonly AppSpec[] = [
  {
    name: 'google',
    label: 'Google Workspace',
    signOnMode: 'SAML_2_0',
    features: [...SCIM, 'GROUP_PUSH'],
    groups: ['everyone'],
  },
  { name: 'slack', label: 'Slack', signOnMode: 'SAML_2_0', features: SCIM, groups: ['everyone'] },
  { name: 'zoomus', label: 'Zoom', signOnMode: 'SAML_2_0', features: SCIM, groups: ['everyone'] },
  {
    name: 'workday',
    label: 'Workday',
    signOnMode: 'SAML_2_0',
    features: ['IMPORT_NEW_USERS', 'PROFILE_MASTERING'],
    groups: ['everyone'],
  },
  {
    name: 'salesforce',
    label: 'Salesforce',
    signOnMode: 'SAML_2_0',
    features: SCIM,
    groups: ['Sales', 'Customer Support'],
  },
  {
    name: 'githubcloud',
    label: 'GitHub Enterprise',
    signOnMode: 'SAML_2_0',
    features: ['PUSH_NEW_USERS', 'PUSH_PROFILE_UPDATES'],
    groups: ['Engineering', 'Security'],
  },
  {
    name: 'amazon_aws',
    label: 'AWS Production',
    signOnMode: 'SAML_2_0',
    features: ['IMPORT_NEW_USERS'],
    groups: ['Engineering'],
  },
  { name: 'amazon_aws_sso', label: 'AWS IAM Identity Center', signOnMode: 'SAML_2_0', features: SCIM },
  {
    name: 'jira_onprem',
    label: 'Jira',
    signOnMode: 'SAML_2_0',
    features: ['PUSH_NEW_USERS'],
    groups: ['Engineering', 'Product', 'IT'],
  },
  { name: 'confluence', label: 'Confluence', signOnMode: 'SAML_2_0', features: [], groups: ['Engineering', 'Product'] },
  { name: 'zendesk', label: 'Zendesk', signOnMode: 'SAML_2_0', features: SCIM, groups: ['Customer Support'] },
  { name: 'netsuite', label: 'NetSuite', signOnMode: 'SAML_2_0', features: ['PUSH_NEW_USERS'], groups: ['Finance'] },
  { name: 'datadog', label: 'Datadog', signOnMode: 'SAML_2_0', features: SCIM },
  { name: 'pagerduty', label: 'PagerDuty', signOnMode: 'SAML_2_0', features: [] },
  { name: 'snowflake', label: 'Snowflake', signOnMode: 'SAML_2_0', features: SCIM },
  { name: 'docusign', label: 'DocuSign', signOnMode: 'SAML_2_0', features: [], groups: ['Legal'] },
  { name: 'adobe', label: 'Adobe Creative Cloud', signOnMode: 'SAML_2_0', features: SCIM, groups: ['Marketing'] },
  {
    name: 'oidc_client',
    label: 'Robot Console',
    signOnMode: 'OPENID_CONNECT',
    features: [],
    applicationType: 'web',
    groups: ['Operations'],
  },
  {
    name: 'oidc_client',
    label: 'Admin Portal',
    signOnMode: 'OPENID_CONNECT',
    features: [],
    applicationType: 'browser',
  },
  { name: 'oidc_client', label: 'Field App', signOnMode: 'OPENID_CONNECT', features: [], applicationType: 'native' },
  {
    name: 'oidc_client',
    label: 'Terraform Automation',
    signOnMode: 'OPENID_CONNECT',
    features: [],
    applicationType: 'service',
    scopes: ['okta.apps.manage', 'okta.groups.manage', 'okta.policies.manage'],
    roles: ['ORG_ADMIN'],
  },
  {
    name: 'oidc_client',
    label: 'HR Sync',
    signOnMode: 'OPENID_CONNECT',
    features: [],
    applicationType: 'service',
    scopes: ['okta.users.manage'],
    roles: ['SUPER_ADMIN'],
  },
  {
    name: 'oidc_client',
    label: 'SIEM Export',
    signOnMode: 'OPENID_CONNECT',
    features: [],
    applicationType: 'service',
    scopes: ['okta.logs.read'],
    roles: ['READ_ONLY_ADMIN'],
  },
  { name: 'template_swa', label: 'Corporate Twitter', signOnMode: 'BROWSER_PLUGIN', features: [] },
  { name: 'template_swa', label: 'Utility Billing', signOnMode: 'BROWSER_PLUGIN', features: [] },
  { name: 'template_sps', label: 'Legacy ERP', signOnMode: 'SECURE_PASSWORD_STORE', features: [] },
  { name: 'auto_login', label: 'Travel Portal', signOnMode: 'AUTO_LOGIN', features: [] },
  { name: 'bookmark', label: 'Cafeteria Menu', signOnMode: 'BOOKMARK', features: [] },
  { name: 'bookmark', label: 'Status Page', signOnMode: 'BOOKMARK', features: [] },
  { name: 'hipchat', label: 'HipChat (retired)', signOnMode: 'SAML_2_0', features: [], status: 'INACTIVE' },
  { name: 'oldcrm', label: 'Old CRM', signOnMode: 'SAML_2_0', features: [], status: 'INACTIVE' },
];
