import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import type { TenantGraph } from '../graph/directory.ts';
import { graphOf } from '../graph/directory.ts';
import type { IdentityDetail } from '../graph/identity-detail.ts';
import type { AccountFacts } from '../graph/links/account-facts.ts';
import { isAccountId } from '../graph/sharding.ts';
import { settleVerdicts } from '../issues/settle.ts';
import type { Deps } from '../platform/deps.ts';
import { notFound } from '../platform/errors.ts';
import { decideIdentities } from './decide.ts';
import { identityError } from './identities.errors.ts';
import type { Decision } from './pairs.ts';

/** Accounts that one identity may be given by hand. */
export const MAX_ACCOUNTS = 50;

/**
 * Makes two identities one, for good: later syncs leave it so. `other` is an identity, or an account, whose identity
 * comes whole. Returns the identity that both are now.
 */
export async function joinIdentities(
  deps: Deps,
  tenantId: string,
  principal: Principal,
  id: string,
  other: string,
): Promise<IdentityDetail> {
  const graph = graphOf(deps, tenantId);
  const [into, from] = [await existing(graph, id), await existing(graph, await identityOf(graph, other))];
  if (into.identity.id === from.identity.id) throw identityError.same();
  if (into.accounts.length + from.accounts.length > MAX_ACCOUNTS) {
    throw identityError.tooMany({ detail: `An identity has at most ${MAX_ACCOUNTS} accounts.` });
  }
  const [home, joined] = [homeOf(into), homeOf(from)];
  const all = [...into.accounts, ...from.accounts];
  const facts = await factsOf(graph, all);
  if (facts.size < all.length) throw identityError.unread();
  const pairs = into.accounts.flatMap((a) => from.accounts.map((b) => pairOf(a.node.id, b.node.id)));
  const pair = pairOf(home, joined);
  await decideIdentities(deps, graph, tenantId, {
    facts,
    say: [{ ...pair, decision: 'joined', by: principal.name, at: deps.clock.now() }],
    forget: pairs.filter(({ a, b }) => a !== pair.a || b !== pair.b),
    prefer: home,
  });
  await settleVerdicts(deps, tenantId);
  await audit(deps, tenantId, principal, {
    action: 'identity.join',
    targetKind: 'identity',
    targetId: id,
    detail: { joined: from.identity.id, accounts: from.accounts.map(({ node }) => node.id) },
  });
  return existing(graph, await identityOf(graph, home));
}

/** Takes an account out of an identity, for good: later syncs leave it so. Returns the identity that it is now. */
export async function splitAccount(
  deps: Deps,
  tenantId: string,
  principal: Principal,
  id: string,
  accountId: string,
): Promise<IdentityDetail> {
  const graph = graphOf(deps, tenantId);
  const identity = await existing(graph, id);
  const others = identity.accounts.filter(({ node }) => node.id !== accountId);
  if (others.length === identity.accounts.length) throw notFound({ detail: 'The identity has no such account.' });
  if (others.length === 0) throw identityError.onlyAccount();
  const at = deps.clock.now();
  await decideIdentities(deps, graph, tenantId, {
    facts: await factsOf(graph, identity.accounts),
    say: others.map(
      ({ node }): Decision => ({ ...pairOf(node.id, accountId), decision: 'split', by: principal.name, at }),
    ),
  });
  await settleVerdicts(deps, tenantId);
  await audit(deps, tenantId, principal, {
    action: 'identity.split',
    targetKind: 'identity',
    targetId: id,
    detail: { account: accountId },
  });
  return existing(graph, await identityOf(graph, accountId));
}

export function pairOf(x: string, y: string): Pick<Decision, 'a' | 'b'> {
  return x < y ? { a: x, b: y } : { a: y, b: x };
}

async function existing(graph: TenantGraph, id: string): Promise<IdentityDetail> {
  const found = await graph.identity(id);
  if (!found) throw notFound({ detail: 'There is no such identity.' });
  return found;
}

/** The identity of an account; an identity is its own. */
export async function identityOf(graph: TenantGraph, id: string): Promise<string> {
  if (!isAccountId(id)) return id;
  const identity = (await graph.accountView(id))?.identityId;
  if (identity === undefined) throw notFound({ detail: 'There is no such account.' });
  return identity;
}

/** The account that the identity is made of; where that is gone, the first of those that were joined to it. */
function homeOf({ accounts }: IdentityDetail): string {
  return (accounts.find(({ link }) => link === null) ?? accounts[0])?.node.id ?? '';
}

async function factsOf(graph: TenantGraph, accounts: IdentityDetail['accounts']) {
  const accountIds = accounts.map(({ node }) => node.id);
  const facts = await graph.accountFacts({ accountIds });
  return new Map<string, AccountFacts | null>(facts.map((one) => [one.accountId, one]));
}
