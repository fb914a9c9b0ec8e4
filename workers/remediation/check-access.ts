import { nodeId } from '../graph/model.ts';
import { type CheckContext, type Checked, must, refusal } from './check.types.ts';
import { listHas, liveAppUser, liveGroup, liveRule, readOne, readRows, seg } from './okta-reads.ts';
import type { Refusal, Warning } from './plan.types.ts';
import { type AccountTarget, type Node, refOf } from './target.ts';

/** A membership. */
export async function checkMembership({ okta, graph, target }: CheckContext): Promise<Checked> {
  const [account, group] = [must(target.account), must(target.group)];
  const path = `/api/v1/groups/${seg(group.nativeId)}`;
  const what = `Removes ${account.name} from the group ${group.name}`;
  const found: Checked = {
    subject: refOf(account),
    object: refOf(group),
    calls: [{ method: 'DELETE', path: `${path}/users/${seg(account.nativeId)}`, what }],
    refusals: [],
    warnings: [],
  };
  const live = await readOne(okta, path, liveGroup);
  if (!live) return { ...found, refusals: [refusal('gone', `Okta has no group ${group.name} any more.`)] };
  if (live.type === 'BUILT_IN') {
    return { ...found, refusals: [refusal('group_built_in', `${group.name} is Okta’s own: nobody can be removed.`)] };
  }
  if (live.type !== 'OKTA_GROUP') {
    const owner = await appName(graph, group, live.source?.id);
    const text = `${group.name} is managed by ${owner}: Okta does not let its members be changed. Change it there.`;
    return { ...found, refusals: [refusal('group_from_app', text)] };
  }
  const [member, rules] = await Promise.all([
    listHas(okta, `/api/v1/users/${seg(account.nativeId)}/groups?limit=200`, group.nativeId),
    rulesInto(okta, group, account),
  ]);
  if (member === false) found.refusals.push(refusal('nothing_to_do', `${account.name} is not in ${group.name}.`));
  found.warnings.push(...rules);
  return found;
}

/** Okta takes whom a rule put there out, and writes the person into the rule's exceptions. */
async function rulesInto(okta: CheckContext['okta'], group: Node, account: AccountTarget): Promise<Warning[]> {
  const { rows } = await readRows(okta, '/api/v1/groups/rules?limit=200', liveRule);
  return rows
    .filter(
      ({ status, actions }) => status === 'ACTIVE' && actions?.assignUserToGroups?.groupIds.includes(group.nativeId),
    )
    .filter(({ conditions }) => !conditions?.people?.users?.exclude.includes(account.nativeId))
    .map(({ name }) => ({
      code: 'group_rule',
      text: `The rule “${name}” puts people into this group. Okta adds ${account.name} to its exceptions, so the rule will not bring the membership back; the profile that it matched stays as it is.`,
    }));
}

async function appName(graph: CheckContext['graph'], group: Node, live: string | undefined): Promise<string> {
  const id = live ?? group.attributes.sourceAppId;
  if (typeof id !== 'string') return 'an app or directory';
  const found = await graph.node(nodeId('app', group.sourceId, id), 1);
  return found ? found.node.name : `the app or directory ${id}`;
}

/** An app of a person, or of a group. */
export async function checkAssignment(context: CheckContext): Promise<Checked> {
  const { okta, target } = context;
  const app = must(target.app);
  const path = `/api/v1/apps/${seg(app.nativeId)}`;
  if (target.group) return checkGroupAssignment(okta, app, target.group);
  const account = must(target.account);
  const assigned = `${path}/users/${seg(account.nativeId)}`;
  const found: Checked = {
    subject: refOf(account),
    object: refOf(app),
    calls: [
      {
        method: 'DELETE',
        path: `${assigned}?sendEmail=false`,
        what: `Takes the app ${app.name} from ${account.name}; where the app is provisioned, its account there is deactivated`,
      },
    ],
    refusals: [],
    warnings: [],
  };
  const live = await readOne(okta, assigned, liveAppUser);
  if (!live)
    return { ...found, refusals: [refusal('nothing_to_do', `${account.name} is not assigned to ${app.name}.`)] };
  const groups = await groupsInto(context, account, app);
  const names = groups.map((group) => group.name).join(', ') || 'a group';
  if (live.scope === 'GROUP') {
    const text = `${account.name} has ${app.name} through ${names}: Okta takes it away only with the membership.`;
    found.refusals.push(refusal('assigned_through_group', text, insteadOf(groups, account)));
  } else if (groups.length > 0) {
    const text = `${names} gives the same app: it stays open to ${account.name} through that.`;
    found.warnings.push({ code: 'still_through_group', text });
  }
  return found;
}

async function checkGroupAssignment(okta: CheckContext['okta'], app: Node, group: Node): Promise<Checked> {
  const path = `/api/v1/apps/${seg(app.nativeId)}/groups/${seg(group.nativeId)}`;
  const found: Checked = {
    subject: refOf(group),
    object: refOf(app),
    calls: [{ method: 'DELETE', path, what: `Takes the app ${app.name} from everybody in the group ${group.name}` }],
    refusals: [],
    warnings: [],
  };
  const assigned = await listHas(okta, `/api/v1/apps/${seg(app.nativeId)}/groups?limit=200`, group.nativeId);
  if (assigned === false) {
    found.refusals.push(refusal('nothing_to_do', `${group.name} is not assigned to ${app.name}.`));
  }
  return found;
}

/** The groups through which a person has an app. */
async function groupsInto(
  { graph }: CheckContext,
  account: AccountTarget,
  app: Node,
): Promise<{ id: string; name: string }[]> {
  const access = await graph.access(account.view.identityId, app.id);
  return (access?.ways ?? []).flatMap(({ how, via }) =>
    how === 'group' && via ? [{ id: via.id, name: via.name }] : [],
  );
}

function insteadOf(groups: { id: string; name: string }[], account: AccountTarget): Refusal['instead'] {
  return groups.map((group) => ({
    label: `Remove ${account.name} from ${group.name}`,
    request: { action: 'remove_from_group', account: account.id, group: group.id },
  }));
}
