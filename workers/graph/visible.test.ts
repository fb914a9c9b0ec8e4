import { describe, expect, it } from 'vitest';
import { POSTERN } from '../auth/principal.ts';
import type { PathStep } from '../detections/types.ts';
import type { IdentityDetail } from './identity-detail.ts';
import { type NodeKind, nodeId } from './model.ts';
import type { Neighbour, NodeDetail, NodeSummary } from './port.ts';
import { visibleIdentity, visibleNode, visiblePath } from './visible.ts';

const of = (...sourceIds: string[]) => ({ ...POSTERN, role: 'issue_responder' as const, sourceIds });

function node(kind: NodeKind, sourceId: string, nativeId = 'n1'): NodeSummary {
  const id = nodeId(kind, sourceId, nativeId);
  return { id, kind, sourceId, nativeId, name: id, attributes: {}, beganAt: 1 };
}

function neighbour(to: NodeSummary): Neighbour {
  const edge = { from: 'x', to: to.id, kind: 'MEMBER_OF' as const, attributes: {}, beganAt: 1 };
  return { edge: { ...edge, by: { kind: 'sync', id: 'syn_1' } }, node: to };
}

describe('a node', () => {
  const detail: NodeDetail = {
    node: node('group', 'src_a'),
    out: [neighbour(node('app', 'src_a')), neighbour(node('app', 'src_b'))],
    in: [neighbour(node('account', 'src_b')), neighbour(node('account', 'src_a'))],
  };

  it('is told with the neighbours of visible sources', () => {
    const seen = visibleNode(of('src_a', 'src_c'), detail);
    expect(seen?.out.map((one) => one.node.sourceId)).toEqual(['src_a']);
    expect(seen?.in.map((one) => one.node.sourceId)).toEqual(['src_a']);
    expect(visibleNode(POSTERN, detail)).toBe(detail);
  });

  it('is not there for who does not see its source', () => {
    expect(visibleNode(of('src_b'), detail)).toBeNull();
    expect(visibleNode(of(), detail)).toBeNull();
    expect(visibleNode(of('src_a'), null)).toBeNull();
  });
});

describe('an identity', () => {
  const detail: IdentityDetail = {
    identity: { ...node('identity', 'src_a') },
    accounts: ['src_a', 'src_b'].map((source) => ({
      node: node('account', source),
      factors: { known: true, factors: [] },
      link: null,
      directories: [],
    })),
    groups: [],
    apps: [],
    roles: [],
  };

  it('is told whole to who sees all of its sources', () => {
    expect(visibleIdentity(of('src_a', 'src_b'), detail)).toBe(detail);
    expect(visibleIdentity(POSTERN, detail)).toBe(detail);
  });

  it('is refused to who sees a part, and is not there for who sees none', () => {
    for (const source of ['src_a', 'src_b']) {
      expect(() => visibleIdentity(of(source), detail)).toThrow(expect.objectContaining({ code: 'forbidden' }));
    }
    expect(visibleIdentity(of('src_c'), detail)).toBeNull();
  });
});

it('a path is told as far as it is in its own source', () => {
  const step = (kind: NodeKind, source: string, edge: PathStep['edge']): PathStep => ({
    node: node(kind, source),
    edge,
  });
  const path = [
    step('account', 'src_a', 'OUTBOUND_SSO'),
    step('external', 'src_a', 'SAME_AS'),
    step('account', 'src_b', 'HOLDS_ROLE'),
    step('role', 'src_b', null),
  ];
  expect(visiblePath(POSTERN, path)).toBe(path);
  expect(visiblePath(of('src_a'), path)).toEqual([path[0], { ...path[1], edge: null }]);
  const own = path.slice(2);
  expect(visiblePath(of('src_b'), own)).toBe(own);
  expect(visiblePath(of('src_b'), null)).toBeNull();
});
