import { z } from 'zod';
import { nodeId } from '../../../graph/model.ts';
import { type Mapped, read } from '../read-object.ts';
import { edgeOf, idField, nodeOf, sorted, type Thing, text, textList } from './thing.ts';

const ruleSchema = z.object({
  id: idField,
  name: text,
  status: text,
  conditions: z
    .object({
      expression: z.object({ value: text }).nullish().catch(null),
      people: z
        .object({ users: z.object({ exclude: textList }).nullish().catch(null) })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
  actions: z
    .object({ assignUserToGroups: z.object({ groupIds: textList }).nullish().catch(null) })
    .nullish()
    .catch(null),
});

/** A rule that puts users into groups. */
export function mapGroupRule(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(ruleSchema, raw, (rule) => {
    const groupIds = sorted(rule.actions?.assignUserToGroups?.groupIds ?? []);
    const node = nodeOf('group_rule', sourceId, rule.id, rule.name, {
      status: rule.status,
      expression: rule.conditions?.expression?.value ?? null,
      groupIds,
      excludedUserIds: sorted(rule.conditions?.people?.users?.exclude ?? []),
    });
    return {
      id: rule.id,
      nodes: [node],
      edges: groupIds.map((groupId) => edgeOf(node.id, 'RULE_ASSIGNS', nodeId('group', sourceId, groupId))),
      owns: [{ kind: 'RULE_ASSIGNS', end: 'from', at: node.id }],
    };
  });
}

const ownerSchema = z.object({ id: idField, type: text });

/** Who owns a group: a user, or another group. `id` names the kind and the native id, `account/00u…`. */
export function mapGroupOwner(sourceId: string, groupId: string, raw: unknown): Mapped<Thing> {
  return read(ownerSchema, raw, (owner) => {
    const kind = owner.type === 'GROUP' ? 'group' : 'account';
    const from = nodeId(kind, sourceId, owner.id);
    return {
      id: from,
      nodes: [],
      edges: [edgeOf(from, 'OWNER_OF', nodeId('group', sourceId, groupId))],
      owns: [],
    };
  });
}

const pushSchema = z.object({ sourceGroupId: idField, targetGroupId: text, status: text });

/** A group whose members are sent to an app. `targetGroupId`: what stands here for the group that they become there. */
export function mapGroupPush(sourceId: string, appId: string, raw: unknown): Mapped<Thing> {
  return read(pushSchema, raw, (push) => {
    const from = nodeId('group', sourceId, push.sourceGroupId);
    const target = push.targetGroupId === null ? {} : { targetGroupId: push.targetGroupId };
    const edge = edgeOf(from, 'GROUP_PUSH', nodeId('app', sourceId, appId), target);
    return { id: from, nodes: [], edges: push.status === 'INACTIVE' ? [] : [edge], owns: [] };
  });
}
