import { codeOf, stepAs, stepsAt, stepTo, targetOf, type WalkIndex } from '../walk-index.ts';
import type { Powers } from './powers.ts';
import type { TargetKind, TargetSet } from './rules.ts';
import { kindOf } from './targets.ts';

/** Steps from sets to what is in them that the memory of a shard takes beside the index. */
export const MAX_SET_STEPS = 4_000_000;

/** The sets of targets as nodes of the index: they are numbered after those that are there. */
export interface Hubs {
  powers: Powers;
  /** Number of the first. */
  base: number;
  keys: string[];
  numbers: Map<string, number>;
  /** What is in each. */
  steps: Uint32Array[];
  /** The steps of nodes that have powers, with those into the sets; and of roles that grant an org alone. */
  merged: Map<number, Uint32Array>;
  /** By set, the steps back to the nodes that have power over it. */
  holders: Map<number, number[]>;
  /** The roles that grant an org alone. */
  limited: Set<number>;
}

/** Null when the sets hold more than memory takes: queries answer then. */
export function buildHubs(index: WalkIndex, powers: Powers, maxSteps = MAX_SET_STEPS): Hubs | null {
  const base = index.ids.length;
  const keys = [...powers.sets.keys()];
  const numbers = new Map(keys.map((key, place) => [key, base + place]));
  const fill = filler(index, powers);
  const steps: Uint32Array[] = [];
  let count = 0;
  for (const target of powers.sets.values()) {
    const found = fill(target);
    count += found.length;
    if (count > maxSteps) return null;
    steps.push(Uint32Array.from(found, (node) => stepTo(node, 'IN_SET') ?? 0));
  }
  return { powers, base, keys, numbers, steps, ...mergedSteps(index, powers, numbers) };
}

function mergedSteps(index: WalkIndex, powers: Powers, numbers: Map<string, number>) {
  const merged = new Map<number, number[]>();
  const of = (id: string) => {
    const node = index.numbers.get(id);
    if (node === undefined) return null;
    const list = merged.get(node) ?? [...stepsAt(index, node)];
    merged.set(node, list);
    return list;
  };
  for (const role of powers.limited) {
    const list = of(role);
    list?.forEach((step, place) => {
      if (step === stepTo(targetOf(step), 'GRANTS')) list[place] = stepTo(targetOf(step), 'GRANTS_ONLY') ?? step;
    });
  }
  for (const { holder, kind, set } of powers.powers) {
    const step = stepTo(numbers.get(set) ?? 0, kind);
    const list = of(holder);
    if (step !== null && list && !list.includes(step)) list.push(step);
  }
  const holders = new Map<number, number[]>();
  for (const [node, list] of merged) {
    for (const step of list) {
      const target = targetOf(step);
      if (target < index.ids.length) continue;
      holders.set(target, [...(holders.get(target) ?? []), stepAs(node, codeOf(step))]);
    }
  }
  return {
    merged: new Map([...merged].map(([node, list]) => [node, Uint32Array.from(list).sort()])),
    holders,
    limited: new Set([...powers.limited].flatMap((role) => index.numbers.get(role) ?? [])),
  };
}

/** The nodes of a set, ascending. One look at all nodes serves every set. */
function filler(index: WalkIndex, powers: Powers): (target: TargetSet) => number[] {
  const guarded = new Uint8Array(index.ids.length);
  for (const id of powers.privileged) {
    const node = index.numbers.get(id);
    if (node !== undefined) guarded[node] = 1;
  }
  const wanted = new Map<number, number[]>();
  for (const target of powers.sets.values()) {
    const group = target.of === 'members' ? index.numbers.get(target.group) : undefined;
    if (group !== undefined) wanted.set(group, []);
  }
  const all = new Map<string, number[]>();
  const put = (kind: TargetKind, source: string, node: number) => {
    const key = `${kind} ${source}`;
    const list = all.get(key);
    if (list) list.push(node);
    else all.set(key, [node]);
  };
  const secretsOf = new Map<number, number[]>();
  const member = stepTo(0, 'MEMBER_OF') ?? 0;
  const secret = stepTo(0, 'SECRET_OF') ?? 0;
  for (let node = 0; node < index.ids.length; node++) {
    if (index.present[node] !== 1) continue;
    const id = index.ids[node] ?? '';
    const source = index.sources[index.sourceOf[node] ?? 0] ?? '';
    if (index.outside[node] !== 1) put('any', source, node);
    const kind = kindOf(id);
    if (kind === 'account') {
      const groups: number[] = [];
      for (const step of stepsAt(index, node)) {
        if (codeOf(step) !== member) continue;
        const group = targetOf(step);
        if (guarded[group] === 1) guarded[node] = 1;
        else if (wanted.has(group)) groups.push(group);
      }
      if (guarded[node] === 1) continue;
      for (const group of groups) wanted.get(group)?.push(node);
      put(kind, source, node);
    } else if (kind === 'group' || kind === 'app') {
      if (guarded[node] !== 1) put(kind, source, node);
    } else if (kind) {
      put(kind, source, node);
    } else if (id.startsWith('crd_')) {
      const apps = [...stepsAt(index, node)].filter(
        (step) => codeOf(step) === secret && index.ids[targetOf(step)]?.startsWith('app_'),
      );
      if (apps.length > 0) put('secret', source, node);
      for (const step of apps) secretsOf.set(targetOf(step), [...(secretsOf.get(targetOf(step)) ?? []), node]);
    }
  }
  return (target) => {
    if (target.of === 'members') return wanted.get(index.numbers.get(target.group) ?? -1) ?? [];
    if (target.of === 'all') return all.get(`${target.kind} ${target.source}`) ?? [];
    const nodes = target.ids.flatMap((id) => index.numbers.get(id) ?? []);
    const found =
      target.kind === 'secret'
        ? nodes.flatMap((app) => secretsOf.get(app) ?? [])
        : nodes.filter((node) => guarded[node] !== 1 && index.present[node] === 1);
    return [...new Set(found)].sort((a, b) => a - b);
  };
}
