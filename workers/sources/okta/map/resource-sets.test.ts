import { describe, expect, it } from 'vitest';
import { nodeId } from '../../../graph/model.ts';
import { objectOfOrn, resourceOf, resourceSetPart } from './resource-sets.ts';

const at = (path: string) => ({ id: 'ire1', _links: { self: { href: `https://acme.okta.com/api/v1/${path}` } } });

describe('a row of a resource set', () => {
  it.each([
    [{ orn: 'orn:okta:directory:00o:users', ...at('users') }, 'orn:okta:directory:00o:users'],
    [at('users'), 'orn:okta:directory::users'],
    [at('users/00u1'), 'orn:okta:directory::users:00u1'],
    [at('groups/00g1'), 'orn:okta:directory::groups:00g1'],
    [at('groups/00g1/users'), 'orn:okta:directory::groups:00g1:contained_resources'],
    [at('apps/0oa1'), 'orn:okta:idp::apps:0oa1'],
    [at('apps?filter=name+eq+%22slack%22'), 'orn:okta:idp::apps:slack'],
    [at('apps?filter=status+eq+%22ACTIVE%22'), 'https://acme.okta.com/api/v1/apps?filter=status+eq+%22ACTIVE%22'],
    [at('groups/00g1/apps'), 'https://acme.okta.com/api/v1/groups/00g1/apps'],
    [at('planets'), 'https://acme.okta.com/api/v1/planets'],
    [{ id: 'ire1' }, 'ire1'],
  ])('%j names %s', (row, orn) => {
    expect(resourceOf(row)).toEqual({ orn, excluded: [] });
  });

  it('says what it leaves out', () => {
    const conditions = { Exclude: { 'okta:ORN': ['orn:okta:idp:00o:apps:slack', 'orn:okta:idp:00o:apps:0oa1'] } };
    expect(resourceOf({ orn: 'orn:okta:idp:00o:apps', conditions })?.excluded).toEqual([
      'orn:okta:idp:00o:apps:0oa1',
      'orn:okta:idp:00o:apps:slack',
    ]);
    expect(resourceOf({ orn: 'x', conditions: 7 })).toEqual({ orn: 'x', excluded: [] });
    expect(resourceOf('x')).toBeNull();
  });
});

describe('a resource set', () => {
  const row = (orn: string, excluded: string[] = []) => ({ orn, excluded });

  it('leads to single objects, however they are named, and to no collection', () => {
    expect(objectOfOrn('orn:okta:idp:00o:apps:slack:0oa1')).toEqual({ kind: 'app', id: '0oa1' });
    expect(objectOfOrn('orn:okta:idp:00o:apps:0oa1')).toEqual({ kind: 'app', id: '0oa1' });
    expect(objectOfOrn('orn:okta:idp:00o:apps:slack')).toBeNull();
    expect(objectOfOrn('orn:okta:directory:00o:groups:00g1:contained_resources')).toBeNull();
    const { edges } = resourceSetPart(
      'src',
      'iam',
      ['apps', 'apps:slack', 'apps:0oa1'].map((one) => row(`orn:okta:idp::${one}`)),
    );
    expect(edges.map(({ to }) => to)).toEqual([nodeId('app', 'src', '0oa1')]);
  });

  it('keeps what it names as a whole when there is more than it can carry', () => {
    const many = Array.from({ length: 500 }, (_, n) => row(`orn:okta:directory:00o:groups:00g${n}`));
    const whole = row('orn:okta:idp:00o:apps', ['orn:okta:idp:00o:apps:slack']);
    const [set] = resourceSetPart('src', 'iam', [...many, row('orn:okta:directory:00o:users'), whole]).nodes;
    expect(set?.attributes).toMatchObject({ resources: 502, excluded: { [whole.orn]: whole.excluded } });
    expect(set?.attributes.orns).toEqual(expect.arrayContaining([whole.orn, 'orn:okta:directory:00o:users']));
  });
});
