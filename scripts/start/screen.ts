import type { DemoUser } from './demo.ts';

interface Facts {
  api: string;
  console?: string;
  lab?: string;
  users: DemoUser[];
}

/** What to do next, each with the lines that say how. */
function steps(facts: Facts): string[][] {
  const first = facts.users[0];
  const { console: web, lab } = facts;
  return [
    ...(web && first ? [[`Open ${web} and log in as ${first.email}.`]] : []),
    ...(lab
      ? [
          [
            'Grant an unprotected stranger the highest role, and watch the issue appear:',
            `curl -X POST ${lab}/lab/scenarios/admin-without-mfa`,
          ],
          [`See what was sent out: ${lab}/receivers/webhooks/demo/messages`],
          [
            'Open the source and change “How events arrive”: the lab goes on pushing by Event Hook and EventBridge,',
            'the channels of the mode are taken, the others refused, and each event arrives once.',
          ],
        ]
      : [['Connect your Okta org: see the README.']]),
  ];
}

/** The one screen that `npm start` prints once everything works. */
export function banner(facts: Facts, runFile: string): string {
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
    ...steps(facts).flatMap(([what, ...how], n) => [`    ${n + 1}. ${what}`, ...how.map((line) => `       ${line}`)]),
    '',
    `  Tokens and secrets: ${runFile}`,
    '  Ctrl-C stops everything.',
    '',
  ];
  return lines.join('\n');
}
