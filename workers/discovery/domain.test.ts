import { describe, expect, it } from 'vitest';
import { domainOf } from './domain.ts';

describe('the domain of an address', () => {
  it.each([
    ['https://app.figma.com/oauth/callback?x=1', 'figma.com'],
    ['https://www.notion.so/', 'notion.so'],
    ['https://us-east-1.signin.aws.amazon.com/platform/saml/d-9067c18e9e', 'amazon.com'],
    ['http://login.shop.example.co.uk:8443/', 'example.co.uk'],
    ['https://team-a.herokuapp.com/cb', 'team-a.herokuapp.com'],
    ['https://x.y.github.io', 'y.github.io'],
    ['https://пример.рф/', 'xn--e1afmkfd.xn--p1ai'],
    ['https://bücher.example.de', 'example.de'],
    ['calendly.com', 'calendly.com'],
    ['HTTPS://ZOOM.US.', 'zoom.us'],
  ])('%s is %s', (text, domain) => {
    expect(domainOf(text)).toBe(domain);
  });

  it.each([
    '',
    'Salesforce',
    'Acme Inc.',
    'https://10.0.0.1/callback',
    'https://[2001:db8::1]/',
    'https://2130706433/',
    'https://localhost:3000/cb',
    'https://intranet/cb',
    'https://printer.local/',
    'https://vault.corp/',
    'https://co.uk/',
    'https://herokuapp.com/',
    'https://acme.okta.com/app/x',
    'com.acme.app:/callback',
    'urn:amazon:webservices',
    'ada@acme.test',
    'javascript:alert(1)',
    'https://-bad-.com/',
    'https://exa mple.com/',
    `https://${'a'.repeat(64)}.com/`,
  ])('%j is none', (text) => {
    expect(domainOf(text)).toBeNull();
  });
});
