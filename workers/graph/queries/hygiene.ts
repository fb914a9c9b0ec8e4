import { DAY } from '../../platform/clock.ts';
import type { CoverageNeed } from '../port.ts';
import { edgeQuery } from './edge-query.ts';
import { type AccountFacts, namesOf } from './holdings.ts';
import {
  type Cell,
  type Column,
  type Draft,
  nodeColumn,
  type QueryContext,
  rowQuery,
  type SavedQuery,
  textColumn,
  textOf,
  timeColumn,
  timeOf,
} from './query.ts';

const theme = 'hygiene';

/** A password of a privileged user is old after this, and a privileged user who stayed away is stale (OktaHound). */
const OLD_PASSWORD_DAYS = 365;
const STALE_DAYS = 180;

/** Statuses in which nobody signs in: what they leave undone is no finding of its own. */
const ASLEEP: ReadonlySet<string> = new Set(['STAGED', 'PROVISIONED', 'SUSPENDED', 'DEPROVISIONED']);

interface Condition {
  id: string;
  title: string;
  /** Ends the sentence "Accounts that hold a role … and". */
  words: string;
  needs: CoverageNeed[];
  columns: Column[];
  /** The cells of an account that is found, null for one that is not; undefined where it cannot be told. */
  judge(account: AccountFacts, now: number): Cell[] | null | undefined;
}

function oldPassword({ status, attributes }: AccountFacts, now: number): Cell[] | null | undefined {
  if (ASLEEP.has(status ?? '') || attributes.hasPassword === false) return null;
  const changed = timeOf(attributes.passwordChanged);
  if (changed === null) return undefined;
  return changed < now - OLD_PASSWORD_DAYS * DAY ? [status, changed] : null;
}

function notActive({ status }: AccountFacts): Cell[] | null | undefined {
  if (status === null) return undefined;
  return status === 'ACTIVE' ? null : [status];
}

/** Who never signed in has been away since the account was opened. */
function stale({ status, lastLogin, attributes }: AccountFacts, now: number): Cell[] | null | undefined {
  if (ASLEEP.has(status ?? '')) return null;
  const signedIn = lastLogin === null || lastLogin < 0 ? null : lastLogin;
  const seen = signedIn ?? timeOf(attributes.activated) ?? timeOf(attributes.created);
  if (seen === null) return undefined;
  return seen < now - STALE_DAYS * DAY ? [status, signedIn] : null;
}

function withoutFactors({ status, factors }: AccountFacts): Cell[] | null | undefined {
  if (ASLEEP.has(status ?? '')) return null;
  if (factors === null) return undefined;
  return factors === 0 ? [status] : null;
}

const STATUS = textColumn('status', 'Status');

const CONDITIONS: Condition[] = [
  {
    id: 'privileged-old-password',
    title: 'Privileged Users with Old Passwords',
    words: `have not changed their password for ${OLD_PASSWORD_DAYS} days`,
    needs: ['users', 'roles'],
    columns: [STATUS, timeColumn('passwordChanged', 'Password set')],
    judge: oldPassword,
  },
  {
    id: 'privileged-not-active',
    title: 'Privileged Users with Non-Active Status',
    words: 'are not active',
    needs: ['users', 'roles'],
    columns: [STATUS],
    judge: notActive,
  },
  {
    id: 'privileged-stale',
    title: 'Stale Privileged Users',
    words: `have not signed in for ${STALE_DAYS} days`,
    needs: ['users', 'roles'],
    columns: [STATUS, timeColumn('lastLogin', 'Last sign-in')],
    judge: stale,
  },
  {
    id: 'privileged-without-mfa',
    title: 'Privileged Users without MFA',
    words: 'have no active factor',
    needs: ['users', 'roles', 'factors'],
    columns: [STATUS],
    judge: withoutFactors,
  },
];

/** Whose role it is: their own, or that of a group they are in. */
const WAYS = [
  { id: 'direct', title: 'Direct', words: 'hold a role themselves' },
  { id: 'indirect', title: 'Indirect', words: 'hold a role through a group' },
] as const;

function conditionQuery(condition: Condition, way: (typeof WAYS)[number]): SavedQuery {
  const indirect = way.id === 'indirect';
  return rowQuery({
    id: `${condition.id}-${way.id}`,
    theme,
    title: `${condition.title} (${way.title})`,
    description: `Accounts that ${way.words} and ${condition.words}.`,
    needs: condition.needs,
    columns: [
      nodeColumn('account', 'Account'),
      ...(indirect ? [nodeColumn('through', 'Through the group')] : []),
      textColumn('roles', 'Roles'),
      ...condition.columns,
    ],
    rows: (context) => judged(context, indirect, condition.judge),
  });
}

function judged(context: QueryContext, indirect: boolean, judge: Condition['judge']) {
  const drafts: Draft[] = [];
  const accounts = context.accounts();
  const unsure = new Set<string>();
  for (const { holder, via, roles } of byHolder(context, indirect)) {
    const account = accounts.get(holder);
    if (!account) continue;
    const cells = account.stub ? undefined : judge(account, context.now);
    if (cells === undefined) unsure.add(holder);
    else if (cells) {
      drafts.push({
        name: account.name,
        cells: [{ node: holder }, ...(via === null ? [] : [{ node: via }]), roles.join(', '), ...cells],
      });
    }
  }
  return { drafts, undetermined: unsure.size };
}

/** Accounts with the names of the roles they hold themselves; or, a row a group, of those that they hold through it. */
export function byHolder(context: QueryContext, indirect: boolean) {
  const held = context.holdings().filter(({ holder, via }) => holder.startsWith('acc_') && (via !== null) === indirect);
  const names = namesOf(
    context.tx,
    held.map(({ role }) => role),
  );
  const found = new Map<string, { holder: string; via: string | null; roles: string[] }>();
  for (const { holder, via, role } of held) {
    const key = `${holder} ${via}`;
    const one = found.get(key) ?? { holder, via, roles: [] };
    one.roles.push(names.get(role) ?? role);
    found.set(key, one);
  }
  return [...found.values()];
}

export const HYGIENE_QUERIES: SavedQuery[] = [
  ...CONDITIONS.flatMap((condition) => WAYS.map((way) => conditionQuery(condition, way))),
  edgeQuery({
    id: 'users-with-api-tokens',
    theme,
    title: 'Users with API Tokens',
    description: 'API tokens and the accounts whose rights they carry.',
    needs: ['apiTokens', 'users'],
    kinds: ['API_TOKEN_FOR'],
    from: ['credential'],
    titles: { from: 'Token', to: 'Account' },
    first: 'to',
    extras: [
      { column: textColumn('status', 'Account is'), of: 'to', cell: ({ status }) => textOf(status) },
      { column: timeColumn('created', 'Made'), of: 'from', cell: ({ created }) => timeOf(created) },
      { column: timeColumn('lastUsedAt', 'Last used'), of: 'from', cell: ({ lastUsedAt }) => timeOf(lastUsedAt) },
      { column: timeColumn('expiresAt', 'Ends'), of: 'from', cell: ({ expiresAt }) => timeOf(expiresAt) },
    ],
  }),
];
