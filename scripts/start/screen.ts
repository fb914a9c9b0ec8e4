import type { DemoUser } from './demo.ts';

interface Facts {
  api: string;
  console?: string;
  lab?: string;
  users: DemoUser[];
}

/** The one screen that `npm start` prints once everything works. */
export function banner(facts: Facts, runFile: string): string {
  const first = facts.users[0];
  const lines = [
    '',
    '  Ready.',
    '',
    ...(facts.console ? [`  Console   ${facts.console}`] : []),
    `  API       ${facts.api}/api/v1/docs`,
    ...(facts.lab ? [`  Lab       ${facts.lab}/lab   (a simulated Okta org)`] : []),
    '',
    '  Log in as',
    ...facts.users.map((user) => `    ${user.role.padEnd(16)} ${user.email.padEnd(24)} ${user.password}`),
    '',
    '  Try',
    ...(facts.console && first ? [`    1. Open ${facts.console} and log in as ${first.email}.`] : []),
    ...(facts.lab
      ? [
          '    2. Grant an unprotected stranger the highest role, and watch the issue appear:',
          `       curl -X POST ${facts.lab}/lab/scenarios/admin-without-mfa`,
          `    3. See what was sent out: ${facts.lab}/receivers/webhooks/demo/messages`,
        ]
      : ['    2. Connect your Okta org under Sources.']),
    '',
    `  Tokens and secrets: ${runFile}`,
    '  Ctrl-C stops everything.',
    '',
  ];
  return lines.join('\n');
}
