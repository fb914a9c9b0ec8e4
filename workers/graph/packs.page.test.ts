import { describe, expect, it } from 'vitest';
import { packsOf } from './packs.page.ts';
import { shardOf } from './sharding.ts';
import { accountId, edge, group } from './testing/fixtures.ts';

const [STAFF, ADMINS] = [group('staff', 'Staff').id, group('admins', 'Admins').id];
const NATIVES = Array.from({ length: 50 }, (_, n) => `u${n}`);

describe('memberships of a page', () => {
  it('go to the shard of their account, each as a text for its group, and nothing else does', () => {
    const members = NATIVES.flatMap((native) => [STAFF, ADMINS].map((to) => edge(accountId(native), 'MEMBER_OF', to)));
    const other = edge(STAFF, 'ASSIGNED_TO', 'app_x');
    const { packs, rest } = packsOf([other, ...members], 4);
    expect(rest).toEqual([other]);
    const found = packs.flatMap((part, shard) =>
      part.flatMap(([kind, to, text]) =>
        text.split(' ').map((from) => {
          expect([kind, shardOf(from, 4)]).toEqual(['MEMBER_OF', shard]);
          return `${from} ${to}`;
        }),
      ),
    );
    expect(found.sort()).toEqual(members.map(({ from, to }) => `${from} ${to}`).sort());
  });

  it('stay as they are and in order where one of them carries something or leaves no account', () => {
    const plain = edge(accountId('u1'), 'MEMBER_OF', STAFF);
    for (const odd of [edge(accountId('u1'), 'MEMBER_OF', STAFF, { since: 1 }), edge(ADMINS, 'MEMBER_OF', STAFF)]) {
      expect(packsOf([plain, odd], 2)).toEqual({ packs: [], rest: [plain, odd] });
    }
    expect(packsOf([], 2).rest).toEqual([]);
  });
});
