import type { Org } from '../../actions/org.ts';
import { DAY, iso } from '../../core/clock.ts';
import { appLabelled } from '../structure.ts';
import type { ClientSecret, SigningKey } from './estate.ts';

/** A secret of an OAuth client. */
export function newSecret(org: Org, ageDays: number, status: ClientSecret['status'] = 'ACTIVE'): ClientSecret {
  const created = org.clock.now() - ageDays * DAY;
  return {
    id: org.ids.next('ocs'),
    status,
    created,
    lastUpdated: created,
    secret: org.ids.opaque(64),
    hash: org.ids.opaque(22),
  };
}

function newKey(org: Org, ageDays: number, years: number): SigningKey {
  const created = org.clock.now() - ageDays * DAY;
  return {
    kid: org.ids.opaque(43),
    created,
    expiresAt: created + years * 365 * DAY,
    modulus: org.ids.opaque(342),
    certificate: org.ids.opaque(200),
  };
}

/** Secrets, signing certificates, keys of service apps, and how each OAuth client is set up. */
export function addCredentials(org: Org): void {
  const { world, rng, ids } = org;
  const { estate } = world;
  for (const app of world.apps.values()) {
    if (app.oauth?.authMethod.startsWith('client_secret') === true) {
      const age = Math.max(1, Math.floor((org.clock.now() - app.created) / DAY));
      const secrets = [newSecret(org, age)];
      if (rng.chance(0.4)) secrets.push(newSecret(org, Math.min(age, 45)));
      estate.secrets.set(app.id, secrets);
    } else if (app.signOnMode === 'SAML_2_0' || app.signOnMode === 'WS_FEDERATION') {
      // Certificates live ten years; a few old ones have one that runs out.
      const old = rng.chance(0.06);
      estate.signingKeys.set(app.id, [newKey(org, old ? 3630 : rng.int(30, 1400), 10)]);
    }
  }
  for (const label of ['Terraform Automation', 'HR Sync', 'SIEM Export']) {
    const app = appLabelled(org, label);
    const client = world.clients.get(app.id);
    if (client === undefined || client.jwks.keys.length > 0) continue;
    const at = iso(app.created);
    const key = { kty: 'RSA', kid: ids.opaque(20), e: 'AQAB', n: ids.opaque(342), status: 'ACTIVE' };
    client.jwks = { keys: [{ ...key, created: at, lastUpdated: at }] };
  }
  const set = (label: string, settings: Record<string, unknown>) =>
    estate.oauthSettings.set(appLabelled(org, label).id, settings);
  set('Partner Dashboard', {
    redirect_uris: ['https://*.partners.acme.example/callback', 'http://localhost:3000/callback'],
    wildcard_redirect: 'SUBDOMAIN',
    grant_types: ['authorization_code', 'implicit', 'password', 'refresh_token'],
    response_types: ['code', 'token', 'id_token'],
    consent_method: 'REQUIRED',
  });
  set('Field App', { consent_method: 'REQUIRED', redirect_uris: ['com.acme.field:/callback'] });
  for (const label of ['Google Workspace', 'Slack', 'Salesforce'])
    estate.universalLogout.add(appLabelled(org, label).id);
}
