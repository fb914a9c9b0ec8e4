import { grouped } from '../group.ts';
import { type DerivedKind, nodeId } from '../model.ts';
import type { Power } from '../privileges/powers.ts';
import type { TargetSet } from '../privileges/rules.ts';
import { membersOf, namesOf } from './holdings.ts';
import { type Cell, type Column, type Draft, nodeColumn, type QueryContext, textColumn } from './query.ts';
import { TARGET_WORDS } from './words.ts';

/** Columns of what administrators may do. */
export const POWER_COLUMNS: Column[] = [
  nodeColumn('principal', 'Who'),
  nodeColumn('through', 'Through the group'),
  textColumn('power', 'May'),
  nodeColumn('target', 'Over'),
  textColumn('scope', 'Which of it'),
  nodeColumn('assignment', 'Role assignment'),
];

/** Holders of powers of these kinds and, where a group holds them, its members; a row a target that is named. */
export function powerDrafts(context: QueryContext, kinds: readonly DerivedKind[]): Draft[] {
  const wanted = new Set<DerivedKind>(kinds);
  const { powers, sets } = context.powers();
  const held = powers.filter(({ kind }) => wanted.has(kind));
  return spread(context, held, ({ kind, set, assignment }) => {
    const over = sets.get(set);
    return over
      ? targetsOf(over).map(([target, scope]) => [kind, target, scope, assignment && { node: assignment }])
      : [];
  });
}

/** Rows of each power for its holder and for the members of a group that holds it. */
export function spread(context: QueryContext, powers: Power[], cells: (power: Power) => Cell[][]): Draft[] {
  const { tx } = context;
  const groups = new Set(powers.flatMap(({ holder }) => (holder.startsWith('grp_') ? [holder] : [])));
  const members = grouped(membersOf(tx, groups));
  const names = namesOf(tx, [...powers.map(({ holder }) => holder), ...[...members.values()].flat()]);
  return powers.flatMap((power) => {
    const rest = cells(power);
    const row = (who: string, through: Cell): Draft[] =>
      rest.map((more) => ({ name: names.get(who) ?? who, cells: [{ node: who }, through, ...more] }));
    return [
      ...row(power.holder, null),
      ...(members.get(power.holder) ?? []).flatMap((member) => row(member, { node: power.holder })),
    ];
  });
}

function targetsOf(over: TargetSet): [Cell, string][] {
  if (over.of === 'members') return [[{ node: over.group }, 'Its members']];
  if (over.of === 'all') {
    return [[{ node: nodeId('resource', over.source, 'org') }, `Every ${TARGET_WORDS[over.kind]}`]];
  }
  const scope = over.kind === 'secret' ? 'Its client secrets' : 'Itself';
  return over.ids.map((id) => [{ node: id }, scope]);
}
