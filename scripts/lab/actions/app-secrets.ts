import type { ClientSecret } from '../world/estate/estate.ts';
import type { App } from '../world/model.ts';
import { appTarget, emit, type Org, type Origin } from './org.ts';

function secretTarget(secret: ClientSecret) {
  return {
    id: secret.id,
    type: 'OAuth2ClientSecret',
    alternateId: 'unknown',
    displayName: secret.id,
    detailEntry: null,
  };
}

/** Switches a client secret on or off. */
export function setSecretStatus(
  org: Org,
  origin: Origin,
  app: App,
  secret: ClientSecret,
  status: ClientSecret['status'],
): void {
  if (secret.status === status) return;
  secret.status = status;
  secret.lastUpdated = org.clock.now();
  const type =
    status === 'ACTIVE' ? 'app.oauth2.credentials.lifecycle.activate' : 'app.oauth2.credentials.lifecycle.deactivate';
  emit(org, origin, { type, targets: [appTarget(app), secretTarget(secret)] });
}

export function deleteSecret(org: Org, origin: Origin, app: App, secret: ClientSecret): void {
  const left = (org.world.estate.secrets.get(app.id) ?? []).filter(({ id }) => id !== secret.id);
  org.world.estate.secrets.set(app.id, left);
  const type = 'app.oauth2.credentials.lifecycle.delete';
  emit(org, origin, { type, targets: [appTarget(app), secretTarget(secret)] });
}
