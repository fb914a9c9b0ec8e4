import { z } from 'zod';
import { nodeId } from '../../../graph/model.ts';
import { type Mapped, read } from '../read-object.ts';
import { namedIn } from './conditions.ts';
import { anything, edgeOf, flag, idField, nodeOf, sorted, type Thing, text, textList } from './thing.ts';

/** Every type that `GET /policies?type=` takes (Okta Management API 2026.06.3). */
export const POLICY_TYPES = [
  'OKTA_SIGN_ON',
  'PASSWORD',
  'MFA_ENROLL',
  'ACCESS_POLICY',
  'IDP_DISCOVERY',
  'PROFILE_ENROLLMENT',
  'POST_AUTH_SESSION',
  'ENTITY_RISK',
  'DEVICE_SIGNAL_COLLECTION',
  'SESSION_VIOLATION_DETECTION',
  'CLIENT_UPDATE',
  'IDENTITY_CLAIM_SOURCING',
] as const;

/** An org cannot be without a default one of these. */
export const ALWAYS_THERE: ReadonlySet<string> = new Set(['OKTA_SIGN_ON', 'PASSWORD']);

/** A node's attributes are bounded: what a policy says beyond this is left out, and said so. */
const MAX_RULES_CHARS = 48_000;

const ruleSchema = z.object({
  id: idField,
  name: text,
  status: text,
  type: text,
  priority: z.number().nullish().catch(null).default(null),
  system: flag,
  conditions: anything,
  actions: anything,
});

const policySchema = z.object({
  id: idField,
  type: z.string().min(1),
  name: text,
  description: text,
  status: text,
  priority: z.number().nullish().catch(null).default(null),
  system: flag,
  conditions: z
    .object({
      people: z
        .object({ groups: z.object({ include: textList }).nullish().catch(null) })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
  settings: anything,
  _embedded: z
    .object({ rules: z.array(z.unknown()).nullish().catch(null) })
    .nullish()
    .catch(null),
});

type Rule = z.infer<typeof ruleSchema>;

/** A policy of any type with its rules as Okta told them, less what moves without meaning anything. */
export function mapPolicy(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(policySchema, raw, (policy) => {
    const rows = (policy._embedded?.rules ?? []).map((rule) => ruleSchema.safeParse(rule));
    const rules = rows.flatMap((row) => (row.success ? [row.data] : [])).sort(byPriority);
    const kept = bounded(rules);
    const groupIds = sorted(policy.conditions?.people?.groups?.include ?? []);
    const node = nodeOf('policy', sourceId, policy.id, policy.name, {
      type: policy.type,
      status: policy.status,
      priority: policy.priority,
      system: policy.system ?? false,
      description: policy.description,
      groupIds,
      rules: kept,
      rulesComplete: kept.length === rows.length,
      settings: policy.settings,
    });
    const named = rules.flatMap(({ conditions }) =>
      namedIn(conditions).map(({ kind, id }) => nodeId(kind, sourceId, id)),
    );
    return {
      id: policy.id,
      nodes: [node],
      edges: [
        ...groupIds.map((groupId) => edgeOf(node.id, 'APPLIES_TO', nodeId('group', sourceId, groupId))),
        ...sorted(named).map((to) => edgeOf(node.id, 'REFERS_TO', to)),
      ],
      owns: [
        { kind: 'APPLIES_TO', end: 'from', at: node.id },
        { kind: 'REFERS_TO', end: 'from', at: node.id },
      ],
    };
  });
}

function byPriority(a: Rule, b: Rule): number {
  return (a.priority ?? 0) - (b.priority ?? 0) || (a.id < b.id ? -1 : 1);
}

/** The first rules decide most: they are the ones kept. */
function bounded(rules: Rule[]): Rule[] {
  let left = MAX_RULES_CHARS;
  return rules.filter((rule) => {
    left -= JSON.stringify(rule).length;
    return left >= 0;
  });
}
