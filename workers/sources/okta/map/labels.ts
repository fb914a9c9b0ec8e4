import { z } from 'zod';
import type { LevelByHand } from '../../../criticality/levels.ts';
import type { NodeKind } from '../../../graph/model.ts';
import { objectOfOrn } from './resource-sets.ts';
import { idField } from './thing.ts';

/*
 * Labels of Okta Identity Governance
 * (https://developer.okta.com/docs/api/iga/openapi/governance-production-reference/labels). Okta predefines two, which
 * cannot be changed; names are the same in upper and lower case.
 */
const LEVEL_OF: Record<string, LevelByHand> = { 'crown jewel': 'crown_jewel', privileged: 'privileged' };

/** What such labels may be on, as the filter of `/resource-labels` calls it; those that the graph holds. */
export const LABELLED_TYPES = ['apps', 'groups', 'entitlement-values'] as const;

export const LABELS_PATH = '/governance/api/v1/labels';

/** What carries a label; the filter takes one value at a time. */
export function labelledPath(valueId: string, type: (typeof LABELLED_TYPES)[number]): string {
  const filter = `labelValueId eq ${JSON.stringify(valueId)} AND resourceType eq "${type}"`;
  return `/governance/api/v1/resource-labels?filter=${encodeURIComponent(filter)}`;
}

const labelSchema = z.object({
  name: z.string(),
  values: z
    .array(z.object({ labelValueId: idField }))
    .nullish()
    .transform((values) => values ?? []),
});

/** A value of one of the two labels that tell how critical something is. */
export interface LevelLabel {
  valueId: string;
  name: string;
  level: LevelByHand;
}

/** The values of a row of `/labels`, where it is one of the two; a company's own labels say nothing here. */
export function levelLabelsOf(row: unknown): LevelLabel[] {
  const parsed = labelSchema.safeParse(row);
  if (!parsed.success) return [];
  const { name, values } = parsed.data;
  const level = LEVEL_OF[name.trim().toLowerCase()];
  return level === undefined ? [] : values.map(({ labelValueId }) => ({ valueId: labelValueId, name, level }));
}

const LABELLED_KINDS: ReadonlySet<NodeKind> = new Set<NodeKind>(['app', 'group', 'entitlement']);

const labelledSchema = z.object({ orn: z.string() });

/** The app, group or entitlement that a row of `/resource-labels` is about; null for anything else. */
export function labelledObject(row: unknown): { kind: NodeKind; id: string } | null {
  const parsed = labelledSchema.safeParse(row);
  const found = parsed.success ? objectOfOrn(parsed.data.orn) : null;
  return found && LABELLED_KINDS.has(found.kind) ? found : null;
}
