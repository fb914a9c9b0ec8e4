const METHODS: Readonly<Record<string, readonly { type: string; status?: string; settings?: unknown }[]>> = {
  okta_password: [{ type: 'password' }],
  okta_email: [{ type: 'email' }],
  phone_number: [{ type: 'sms' }, { type: 'voice', status: 'INACTIVE' }],
  webauthn: [{ type: 'webauthn', settings: { userVerification: 'PREFERRED', attachment: 'ANY' } }],
  okta_verify: [
    {
      type: 'push',
      settings: { keyProtection: 'ANY', algorithms: ['RS256', 'ES256'], transactionTypes: ['LOGIN'] },
    },
    {
      type: 'signed_nonce',
      settings: { keyProtection: 'ANY', algorithms: ['RS256', 'ES256'], showSignInWithOV: 'ALWAYS' },
    },
    {
      type: 'totp',
      settings: { timeIntervalInSeconds: 30, encoding: 'base32', algorithm: 'HMacSHA1', passCodeLength: 6 },
    },
  ],
};

/** The methods of an authenticator, as `/authenticators/{id}/methods` lists them. */
export function authenticatorMethods(key: string, self: string) {
  return (METHODS[key] ?? []).map(({ type, status = 'ACTIVE', settings }) => ({
    type,
    status,
    ...(settings === undefined ? {} : { settings }),
    _links: { self: { href: `${self}/methods/${type}`, hints: { allow: ['GET'] } } },
  }));
}
