/** What a scope lets an app do, and how dangerous that is: 0 (says who you are) to 40 (may take over the company). */
export interface ScopeMeaning {
  weight: number;
  words: string;
}

type Rule = readonly [pattern: RegExp, weight: number, words: string];

/** The first that matches counts. Names are those of the providers' own documentation of scopes. */
const RULES: readonly Rule[] = [
  // OpenID Connect
  [/^openid$/, 0, 'Know who signs in'],
  [/^profile$/, 0, 'Read the name and basic profile'],
  [/^email$/, 0, 'Read the e-mail address'],
  [/^(address|phone)$/, 1, 'Read address or phone number'],
  [/^groups$/, 3, 'Read the names of the groups somebody is in'],
  [/^offline_access$/, 15, 'Keep access when nobody is signed in, until it is revoked'],
  [/^device_sso$/, 10, 'Share the sign-in between apps of a device'],
  [/^refresh_token$/, 15, 'Keep access when nobody is signed in, until it is revoked'],
  // Okta's own API
  [
    /^okta\.(roles|users|apps|policies|authorizationServers|idps|clients|governance\.[\w-]+)\.manage$/,
    40,
    'Change who may reach what in Okta',
  ],
  [/^okta\.[\w.]+\.manage(\.self)?$/, 30, 'Change settings of the Okta org'],
  [/^okta\.myAccount\.[\w.]+\.manage$/, 20, 'Change the sign-in settings of whoever uses it'],
  [/^okta\.logs\.read$/, 12, 'Read the System Log'],
  [/^okta\.users\.read(\.self)?$/, 10, 'Read the directory of users'],
  [/^okta\.[\w.]+\.read(\.self)?$/, 8, 'Read settings of the Okta org'],
  // Google
  [/^https:\/\/mail\.google\.com\/?$/, 35, 'Read, write and delete all mail'],
  [/\/auth\/gmail\.(modify|insert|settings\.[\w.]+|compose|send)$/, 30, 'Change or send mail'],
  [/\/auth\/gmail\.[\w.]+$/, 25, 'Read mail'],
  [/\/auth\/drive\.file$/, 8, 'Read and write the files it made itself'],
  [/\/auth\/drive$/, 30, 'Read, write and delete all files in Drive'],
  [/\/auth\/drive[\w.]*$/, 25, 'Read files in Drive'],
  [/\/auth\/(spreadsheets|documents|presentations)(\.readonly)?$/, 20, 'Read or change documents'],
  [/\/auth\/admin\.[\w.]+\.readonly$/, 20, 'Read the administration of Google Workspace'],
  [/\/auth\/admin\.[\w.]+$/, 40, 'Administer Google Workspace'],
  [/\/auth\/cloud-platform$/, 40, 'Everything in Google Cloud'],
  [/\/auth\/(calendar|contacts)[\w.]*$/, 12, 'Read or change calendars or contacts'],
  // Microsoft Graph
  [/(^|\/)full_access_as_app$/i, 40, 'Full access to every mailbox'],
  [/(^|\/)(Directory|Application|AppRoleAssignment|RoleManagement|Policy)\.ReadWrite\b/i, 40, 'Change the directory'],
  [/(^|\/)(User|Group|GroupMember|Device)\.ReadWrite\.All$/i, 30, 'Change users and groups'],
  [/(^|\/)Mail\.(ReadWrite|Send)/i, 30, 'Change or send mail'],
  [/(^|\/)Mail\.Read/i, 25, 'Read mail'],
  [/(^|\/)MailboxSettings\./i, 20, 'Read or change mailbox settings'],
  [/(^|\/)(Files|Sites|Notes)\.(ReadWrite|FullControl|Manage)/i, 30, 'Change files and sites'],
  [/(^|\/)(Files|Sites|Notes)\.Read/i, 25, 'Read files and sites'],
  [/(^|\/)(Chat|ChannelMessage|Channel)\./i, 20, 'Read or write chats'],
  [/(^|\/)(Directory|User|Group|AuditLog)\.Read\.All$/i, 15, 'Read the directory'],
  [/(^|\/)(Calendars|Contacts|Tasks|People)\./i, 12, 'Read or change calendars or contacts'],
  // GitHub, Slack, Salesforce
  [/^(admin:(org|enterprise|repo_hook|org_hook)|delete_repo|site_admin)$/, 35, 'Administer GitHub'],
  [/^(repo|workflow|write:packages)$/, 25, 'Read and change source code'],
  [/^(channels|groups|im|mpim):history$|^files:read$|^search:read$/, 20, 'Read messages and files'],
  [/^(full|api|web)$/, 25, 'Read and change the data of its users'],
  // anything else by how such names are built
  [/(^|[.:_/-])(admin|full_access|fullaccess|all)([.:_/-]|$)/i, 25, 'Administer something'],
  [/(^|[.:_/-])(manage|delete|impersonate|impersonation)$/i, 20, 'Manage something'],
  [/(^|[.:_/-])(mail|files?|drive|mailbox)([.:_/-]|$)/i, 20, 'Reach mail or files'],
  [/(^|[.:_/-])(write|readwrite|update|create|edit)([.:_/-]|$)/i, 10, 'Change data'],
  [/(^|[.:_/-])(read|view|list|readonly)([.:_/-]|$)/i, 4, 'Read data'],
];

const UNKNOWN: ScopeMeaning = { weight: 4, words: 'A permission of the app’s own' };

/** From here on a scope is called wide, and named as a reason of its own. */
export const WIDE = 15;

export function meaningOf(scope: string): ScopeMeaning {
  const rule = RULES.find(([pattern]) => pattern.test(scope));
  return rule ? { weight: rule[1], words: rule[2] } : UNKNOWN;
}
