import { describe, expect, it } from 'vitest';
import type { NodeSummary } from '../../../graph/port.ts';
import { domainApps, domainFinder, domainOf } from './directories.ts';
import { kerberosAccount } from './people-beyond.ts';

const app = (name: string, externalId: string | null, catalogName = 'active_directory'): NodeSummary => ({
  id: `app_${name}`,
  kind: 'app',
  sourceId: 'src',
  nativeId: `0oa${name}`,
  name,
  attributes: { catalogName, externalId },
  beganAt: 0,
});

const CORP = app('Head office', 'ADDomain/corp.acme.test');
const LAB = app('Laboratory', 'ADDomain/lab.acme.test');
const CRM = app('CRM', null, 'salesforce');

describe('the domain that a user object names', () => {
  it('is the one of that name, or of the app with that label, in any case', () => {
    const find = domainFinder([CORP, LAB, CRM]);
    expect(find('corp.acme.test')).toBe('ADDomain/corp.acme.test');
    expect(find(' LAB.acme.test ')).toBe('ADDomain/lab.acme.test');
    expect(find('laboratory')).toBe('ADDomain/lab.acme.test');
  });

  it('is the only one where there is one, and nobody’s where several could be meant', () => {
    expect(domainFinder([CORP, CRM])('CORP-AD')).toBe('ADDomain/corp.acme.test');
    expect(domainFinder([CORP, LAB])('CORP-AD')).toBeNull();
    expect(domainFinder([CORP, { ...LAB, name: CORP.name }])('Head office')).toBeNull();
    expect(domainFinder([CRM])('corp.acme.test')).toBeNull();
  });

  it('goes by the label of an app that was read before its domain was kept', () => {
    expect(domainOf(app('Old.Acme.Test', null))).toBe('ADDomain/old.acme.test');
    expect(domainApps([CORP, CRM])).toEqual([CORP]);
  });
});

describe('the account that holds the key of desktop sign-on', () => {
  const named = (url: string, subdomain: string | null) => kerberosAccount('src', '0oaAd', url, subdomain)?.name;

  it('is named by the org’s address; of an org with an address of its own by its name at Okta', () => {
    expect(named('https://acme.oktapreview.com', 'other')).toBe('HTTP/acme.kerberos.oktapreview.com');
    expect(named('https://id.acme.test', 'Acme')).toBe('HTTP/acme.kerberos.okta.com');
    expect(named('https://id.acme.test', null)).toBeUndefined();
  });
});
