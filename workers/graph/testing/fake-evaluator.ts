import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { manualClock } from '../../../test/deps.ts';
import type { AccountView, DetectionId, Verdict } from '../../detections/types.ts';
import type { Evaluator } from '../evaluator.ts';
import type { GraphShard } from '../graph-shard.ts';
import { graphWith } from './fixtures.ts';

type Rule = (view: AccountView, now: number) => Verdict;

/** An evaluator of given rules; the priority is 50, and 70 for those who reach tier zero, unless told. */
export function fakeEvaluator(
  rules: Partial<Record<DetectionId, Rule>>,
  priority: Evaluator['priority'] = ({ reach }) => ({ priority: reach.pathToTierZero ? 70 : 50, factors: [] }),
): Evaluator {
  return {
    evaluate: (view, now) =>
      Object.entries(rules).map(([detection, rule]) => ({
        detection: detection as DetectionId,
        verdict: rule(view, now),
      })),
    priority,
    subjectKind: (detection) => (detection === 'leaver-live-accounts' ? 'identity' : 'account'),
  };
}

export function failing(title: string, more: Partial<Extract<Verdict, { status: 'fail' }>> = {}): Verdict {
  return { status: 'fail', title, severity: 'high', facts: {}, eventIds: [], ...more };
}

export const PASSING: Verdict = { status: 'pass' };

export const shardOf = (tenantId: string) => env.GRAPH.getByName(`${tenantId}/0`);

/** A graph judged by this evaluator. Its alarm hands changes to nobody. */
export async function withEvaluator(evaluator: Evaluator, clock = manualClock()) {
  const made = await graphWith(1);
  await runInDurableObject(shardOf(made.tenantId), (shard: GraphShard) => {
    shard.evaluator = evaluator;
    shard.clock = clock;
    shard.settle = async () => {};
  });
  const changes = async () => (await made.graph.takeChanges(100)).flatMap((taken) => taken.changes);
  /** Takes what waits and confirms it, as the settler does. */
  const settle = async () => {
    const taken = await changes();
    const last = taken.at(-1);
    if (last) await made.graph.confirmChanges(0, last.seq);
    return taken;
  };
  return { ...made, clock, changes, settle };
}
