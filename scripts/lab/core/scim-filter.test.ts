import { expect, test } from 'vitest';
import { FilterSyntaxError, matches, parseFilter } from './scim-filter.ts';

const user = {
  status: 'ACTIVE',
  age: 30,
  lastUpdated: '2026-01-02T00:00:00.000Z',
  profile: { login: 'a "b"@acme.example', department: 'Eng' },
  target: [
    { id: '1', type: 'User' },
    { id: '2', type: 'UserGroup' },
  ],
  none: null,
};

test.each([
  ['status eq "ACTIVE"', true],
  ['status eq "active"', true],
  ['status ne "ACTIVE"', false],
  ['lastUpdated gt "2026-01-01T00:00:00Z"', true],
  ['lastUpdated lt "2026-01-02T01:00:00+02:00"', false],
  ['lastUpdated ge "2026-01-02T00:00:00.000Z" and lastUpdated le "2026-01-02T00:00:00Z"', true],
  ['age gt 29 and age lt 31', true],
  ['profile.department sw "E" and profile.department co "n" and profile.department ew "g"', true],
  ['target.id eq "2"', true],
  ['target.id eq "3"', false],
  ['profile.title pr', false],
  ['none pr', false],
  ['profile.department pr', true],
  ['not (status eq "ACTIVE")', false],
  ['status eq "X" or status eq "ACTIVE" and age eq 30', true],
  ['(status eq "X" or status eq "ACTIVE") and age eq 31', false],
  ['profile.login eq "a \\"b\\"@acme.example"', true],
])('%s → %s', (filter, expected) => {
  expect(matches(parseFilter(filter), user)).toBe(expected);
});

test.each([
  '',
  'status',
  'status eq',
  'status is "x"',
  'status eq x',
  '(status eq "x"',
  'status eq "x" )',
  '"a" eq "b"',
  'a eq "b" c',
])('refuses %s', (filter) => {
  expect(() => parseFilter(filter)).toThrow(FilterSyntaxError);
});
