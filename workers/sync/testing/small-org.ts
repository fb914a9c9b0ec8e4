import type { FakeOrg, FakeUser } from './fake-okta.ts';

/** An org of `n` active users: all in Everyone, `u0` a super admin, `u1` an app admin through a group, two apps. */
export function smallOrg(n: number): FakeOrg {
  const id = (i: number) => `00u${i}`;
  const users = Array.from(
    { length: n },
    (_, i): FakeUser => ({
      id: id(i),
      status: 'ACTIVE',
      factors: i % 2 === 0 ? [{ id: `f${i}`, factorType: 'push', status: 'ACTIVE' }] : [],
      roles: i === 0 ? [{ type: 'SUPER_ADMIN' }] : [],
    }),
  );
  return {
    users,
    groups: [
      { id: '00gEveryone', name: 'Everyone', type: 'BUILT_IN', members: users.map((user) => user.id), roles: [] },
      { id: '00gAdmins', name: 'Admins', type: 'OKTA_GROUP', members: [id(1)], roles: [{ type: 'APP_ADMIN' }] },
      { id: '00gEmpty', name: 'Empty', type: 'OKTA_GROUP', members: [], roles: [] },
      {
        id: '00gHalf',
        name: 'Half',
        type: 'OKTA_GROUP',
        members: users.slice(0, Math.ceil(n / 2)).map((user) => user.id),
        roles: [],
      },
    ],
    apps: [
      {
        id: '0oaMail',
        label: 'Mail',
        users: users.slice(0, 12).map((user) => ({ id: user.id, status: 'ACTIVE' })),
        groups: ['00gHalf'],
      },
      { id: '0oaBare', label: 'Bare', users: [], groups: [] },
    ],
  };
}
