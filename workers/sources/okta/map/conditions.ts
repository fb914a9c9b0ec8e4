import { z } from 'zod';
import type { NodeKind } from '../../../graph/model.ts';
import { type Mapped, read } from '../read-object.ts';
import { anything, idField, nodeOf, type Thing, text, textList } from './thing.ts';

/*
 * What rules of policies ask for beside who signs in: behaviors and the state of a device. Rules name them by id.
 */

const behaviorSchema = z.object({ id: idField, name: text, type: text, status: text, settings: anything });

/** A behavior detection rule: what Okta takes for unusual (`ANOMALOUS_LOCATION`, `VELOCITY`, …). */
export function mapBehavior(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(behaviorSchema, raw, ({ id, name, type, status, settings }) => {
    const node = nodeOf('behavior', sourceId, id, name, { type, status, settings });
    return { id, nodes: [node], edges: [], owns: [] };
  });
}

const assuranceSchema = z.looseObject({ id: idField, name: text, platform: text, displayRemediationMode: text });

/** Fields that say nothing about devices. */
const ASIDE: ReadonlySet<string> = new Set([
  'id',
  'name',
  'platform',
  'displayRemediationMode',
  'createdBy',
  'createdDate',
  'lastUpdate',
  'lastUpdatedBy',
  '_links',
]);

/** A node's attributes are bounded: requirements beyond this many characters are left out, the smallest kept. */
const MAX_CHARS = 20_000;

/**
 * A device assurance policy. What it asks of a device differs by platform and grows with Okta's releases: it is kept as
 * it is told.
 */
export function mapDeviceAssurance(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(assuranceSchema, raw, (assurance) => {
    const { id, name, platform, displayRemediationMode } = assurance;
    const asked = Object.entries(assurance)
      .filter(([key, value]) => !ASIDE.has(key) && value !== null && value !== undefined)
      .map(([key, value]) => ({ key, value, size: JSON.stringify(value).length }))
      .sort((a, b) => a.size - b.size);
    let left = MAX_CHARS;
    const kept = asked.filter(({ size }) => {
      left -= size;
      return left >= 0;
    });
    const node = nodeOf('device_assurance', sourceId, id, name, {
      platform,
      requirements: Object.fromEntries(kept.map(({ key, value }) => [key, value]).sort()),
      requirementsComplete: kept.length === asked.length,
      displayRemediationMode,
    });
    return { id, nodes: [node], edges: [], owns: [] };
  });
}

const ids = z.object({ include: textList, exclude: textList }).nullish().catch(null);

/** Conditions of a rule, as far as they name objects of the org. */
const namingSchema = z.object({
  network: ids,
  risk: z.object({ behaviors: textList }).nullish().catch(null),
  device: z.object({ assurance: ids }).nullish().catch(null),
});

/** Zones have ids of this form; `ALL_ZONES` and the like are words. */
const ZONE_ID = /^nzo/;

/** What the conditions of a rule name: zones, behaviors, device assurance policies. */
export function namedIn(conditions: unknown): { kind: NodeKind; id: string }[] {
  const parsed = namingSchema.safeParse(conditions);
  if (!parsed.success) return [];
  const { network, risk, device } = parsed.data;
  const zones = [...(network?.include ?? []), ...(network?.exclude ?? [])].filter((id) => ZONE_ID.test(id));
  const assurances = [...(device?.assurance?.include ?? []), ...(device?.assurance?.exclude ?? [])];
  return [
    ...zones.map((id) => ({ kind: 'zone' as const, id })),
    ...(risk?.behaviors ?? []).map((id) => ({ kind: 'behavior' as const, id })),
    ...assurances.map((id) => ({ kind: 'device_assurance' as const, id })),
  ];
}
