/** Sign-on modes in which Okta types a stored password (SWA). */
const SWA_MODES: ReadonlySet<string> = new Set(['AUTO_LOGIN', 'BASIC_AUTH', 'BROWSER_PLUGIN', 'SECURE_PASSWORD_STORE']);
const FEDERATED_MODES: ReadonlySet<string> = new Set(['OPENID_CONNECT', 'SAML_1_1', 'SAML_2_0', 'WS_FEDERATION']);

/** How an app signs people in: by trust, by a stored password, or not at all (null). */
export function signOnOf(mode: string | null): 'federated' | 'password' | null {
  if (mode !== null && FEDERATED_MODES.has(mode)) return 'federated';
  return mode !== null && SWA_MODES.has(mode) ? 'password' : null;
}
