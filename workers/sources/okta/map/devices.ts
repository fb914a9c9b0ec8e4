import { z } from 'zod';
import { nodeId } from '../../../graph/model.ts';
import { type Mapped, read } from '../read-object.ts';
import { edgeOf, flag, idField, nodeOf, type Owned, type Thing, text, time, toDay } from './thing.ts';

const deviceSchema = z.object({
  id: idField,
  status: text,
  lastUpdated: time,
  created: time,
  profile: z
    .object({ displayName: text, platform: text, serialNumber: text, registered: flag, managed: flag })
    .nullish()
    .catch(null),
  _embedded: z
    .object({
      users: z
        .array(
          z
            .object({ managementStatus: text, user: z.object({ id: idField }).nullish().catch(null) })
            .catch({ managementStatus: null, user: null }),
        )
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
});

/** A device, with whom it belongs to. It is placed with the first of its users, in the order of their ids. */
export function mapDevice(sourceId: string, raw: unknown): Mapped<Thing & { accountId: string | null }> {
  return read(deviceSchema, raw, (device) => {
    const rows = device._embedded?.users ?? null;
    const accounts = [...new Set((rows ?? []).flatMap(({ user }) => (user ? [user.id] : [])))]
      .sort()
      .map((id) => nodeId('account', sourceId, id));
    const accountId = accounts[0] ?? null;
    const node = nodeOf('device', sourceId, device.id, device.profile?.displayName ?? null, {
      status: device.status,
      platform: device.profile?.platform ?? null,
      managed: rows?.some((row) => row.managementStatus === 'MANAGED') ?? device.profile?.managed ?? null,
      registered: device.profile?.registered ?? null,
      displayName: device.profile?.displayName ?? null,
      serial: device.profile?.serialNumber ?? null,
      accountId,
      created: device.created,
      // moves with every sign-in that tells Okta of the device
      lastUpdated: toDay(device.lastUpdated),
    });
    // without the users, nothing is known of them: what was stays
    const owns: Owned[] = rows === null ? [] : [{ kind: 'DEVICE_OF', end: 'from', at: node.id }];
    return {
      id: device.id,
      accountId,
      nodes: [node],
      edges: accounts.map((account) => edgeOf(node.id, 'DEVICE_OF', account)),
      owns,
    };
  });
}

const realmSchema = z.object({
  id: idField,
  isDefault: flag,
  profile: z.object({ name: text }).nullish().catch(null),
});

export function mapRealm(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(realmSchema, raw, ({ id, isDefault, profile }) => {
    const attributes = { default: isDefault ?? false, name: profile?.name ?? null };
    return { id, nodes: [nodeOf('realm', sourceId, id, profile?.name ?? null, attributes)], edges: [], owns: [] };
  });
}
