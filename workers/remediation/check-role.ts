import { type CheckContext, type Checked, must, refusal } from './check.types.ts';
import { assigneeOf, type LiveRole, liveRole, readRows, seg } from './okta-reads.ts';
import type { Refusal } from './plan.types.ts';
import { type Node, refOf, type Target } from './target.ts';

interface Holder {
  node: Node;
  path: string;
}

/** An admin role of an account, a group or an OAuth client. */
export async function checkRole({ okta, target }: CheckContext): Promise<Checked> {
  const role = must(target.role);
  const { node, path } = holderOf(target);
  const found: Checked = { subject: refOf(node), object: refOf(role), calls: [], refusals: [], warnings: [] };
  const { rows } = await readRows(okta, path, liveRole);
  const held = rows.filter((row) => isRole(row, role.nativeId) && row.status !== 'INACTIVE');
  const direct = held.filter((row) => node.kind !== 'account' || row.assignmentType !== 'GROUP');
  const inherited = held.filter((row) => !direct.includes(row));
  found.calls = direct.map(({ id }) => ({
    method: 'DELETE' as const,
    path: `${path}/${seg(id)}`,
    what: `Takes the role ${role.name} from ${node.name}`,
  }));
  if (held.length === 0) found.refusals.push(refusal('nothing_to_do', `${node.name} does not hold ${role.name}.`));
  else if (direct.length === 0) found.refusals.push(throughGroup(target, inherited));
  else if (inherited.length > 0) {
    const text = `${node.name} holds ${role.name} through ${groupNames(target)} as well: that stays.`;
    found.warnings.push({ code: 'still_through_group', text });
  }
  return found;
}

function holderOf({ account, group, app }: Target): Holder {
  if (account) return { node: account, path: `/api/v1/users/${seg(account.nativeId)}/roles` };
  if (group) return { node: group, path: `/api/v1/groups/${seg(group.nativeId)}/roles` };
  const client = must(app);
  return { node: client, path: `/oauth2/v1/clients/${seg(clientIdOf(client))}/roles` };
}

/** An OAuth client has its app's id, unless it was given another. */
export function clientIdOf({ attributes, nativeId }: Node): string {
  return typeof attributes.clientId === 'string' && attributes.clientId !== '' ? attributes.clientId : nativeId;
}

function isRole({ type, role, id }: LiveRole, wanted: string): boolean {
  return type === 'CUSTOM' ? (role ?? id) === wanted : type === wanted;
}

function throughGroup(target: Target, inherited: LiveRole[]): Refusal {
  const account = must(target.account);
  const role = must(target.role);
  const live = new Set(inherited.map(assigneeOf));
  const groups = viaOf(target);
  const instead = groups.flatMap((group) => [
    {
      label: `Remove ${account.name} from ${group.name}`,
      request: { action: 'remove_from_group' as const, account: account.id, group: group.id },
    },
    {
      label: `Take ${role.name} from the whole group ${group.name}`,
      request: { action: 'remove_role' as const, role: role.id, group: group.id },
    },
  ]);
  const name =
    groups.length > 0 ? groupNames(target) : `the group ${[...live].filter(Boolean).join(', ') || 'of another'}`;
  const text = `${account.name} holds ${role.name} through ${name}: Okta takes it away only with the membership, or from the group.`;
  return refusal('role_through_group', text, instead);
}

function viaOf(target: Target): { id: string; name: string }[] {
  const id = target.role?.id;
  return (target.account?.view.roles ?? []).flatMap(({ roleId, via }) => (roleId === id && via ? [via] : []));
}

function groupNames(target: Target): string {
  return (
    viaOf(target)
      .map(({ name }) => name)
      .join(', ') || 'a group'
  );
}
