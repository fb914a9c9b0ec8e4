/** Names of apps in Okta's catalogue (`app.name`), by why taking one over hurts most companies. */
const CRITICAL_APPS: readonly (readonly [reason: string, names: readonly string[]])[] = [
  [
    'A directory or another identity provider: it decides who signs in.',
    ['active_directory', 'ldap_sun_one', 'okta_org2org', 'azure_active_directory', 'office365', 'google'],
  ],
  [
    'A system of personnel: accounts follow what it says.',
    ['workday', 'bamboohr', 'successfactors', 'namely', 'ultipro'],
  ],
  ['A cloud: it runs the company.', ['amazon_aws', 'amazon_aws_sso', 'aws_idp', 'google_cloud_platform', 'snowflake']],
  [
    'Source code and what builds it.',
    ['github', 'githubcloud', 'github_enterprise_cloud', 'github_enterprise_managed_user', 'gitlab', 'bitbucket'],
  ],
  [
    'A vault: it holds the secrets of other systems.',
    ['1password_business', 'cyberark', 'hashicorp_vault', 'lastpass'],
  ],
];

export const CATALOGUE_REASONS: ReadonlyMap<string, string> = new Map(
  CRITICAL_APPS.flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
);
