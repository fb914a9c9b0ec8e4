import { nodeId } from '../graph/model.ts';
import { type CheckContext, type Checked, must, refusal } from './check.types.ts';
import { clientIdOf } from './check-role.ts';
import { liveGrant, liveToken, readOne, readRows, seg } from './okta-reads.ts';
import { refOf } from './target.ts';

/** An API token. */
export async function checkToken({ okta, target }: CheckContext): Promise<Checked> {
  const { nativeId, nodeId: known, name } = must(target.token);
  const path = `/api/v1/api-tokens/${seg(nativeId)}`;
  const live = await readOne(okta, path, liveToken);
  const shown = live?.name ?? name ?? nativeId;
  const subject = {
    id: known ?? nodeId('credential', target.source.id, nativeId),
    kind: 'credential' as const,
    nativeId,
    name: shown,
  };
  const found: Checked = {
    subject,
    object: null,
    calls: [{ method: 'DELETE', path, what: `Revokes the API token ${shown}: programs that use it stop at once` }],
    refusals: [],
    warnings: [],
    ownerId: live?.userId ?? null,
  };
  if (!live) found.refusals.push(refusal('nothing_to_do', `Okta has no API token ${shown} any more.`));
  return found;
}

/** A scope granted to an app, or what a person consented to. */
export async function checkGrant(context: CheckContext): Promise<Checked> {
  const { okta, target } = context;
  if (target.account) return checkConsent(context);
  const app = must(target.app);
  const path = `/api/v1/apps/${seg(app.nativeId)}/grants/${seg(must(target.grantId))}`;
  const live = await readOne(okta, path, liveGrant);
  const scope = live?.scopeId ?? must(target.grantId);
  const found: Checked = {
    subject: refOf(app),
    object: null,
    calls: [{ method: 'DELETE', path, what: `Takes the scope ${scope} from the app ${app.name}` }],
    refusals: [],
    warnings: [],
  };
  if (!live) found.refusals.push(refusal('nothing_to_do', `${app.name} has no such grant any more.`));
  return found;
}

async function checkConsent({ okta, target }: CheckContext): Promise<Checked> {
  const [account, app] = [must(target.account), must(target.app)];
  const path = `/api/v1/users/${seg(account.nativeId)}/clients/${seg(clientIdOf(app))}`;
  const { rows } = await readRows(okta, `${path}/grants?limit=200`, liveGrant);
  const scopes = rows.flatMap(({ scopeId }) => scopeId ?? []).sort();
  const named = scopes.length === 0 ? '' : ` (${scopes.join(', ')})`;
  const found: Checked = {
    subject: refOf(account),
    object: refOf(app),
    calls: [
      {
        method: 'DELETE',
        path: `${path}/grants`,
        what: `Revokes what ${account.name} allowed the app ${app.name}${named}`,
      },
      {
        method: 'DELETE',
        path: `${path}/tokens`,
        what: `Revokes the tokens that ${app.name} holds for ${account.name}`,
      },
    ],
    refusals: [],
    warnings: [{ code: 'can_consent_again', text: `${account.name} can allow it again.` }],
  };
  if (rows.length === 0) {
    found.refusals.push(refusal('nothing_to_do', `${account.name} has not allowed ${app.name} anything.`));
  }
  return found;
}
