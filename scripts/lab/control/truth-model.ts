/** One line of the ground truth. */
export interface TruthRow {
  detection: string;
  subject: { kind: 'account' | 'identity'; nativeId: string };
  verdict: 'fail' | 'pass' | 'unknown';
  note: string;
}

export const DETECTIONS = [
  'no-mfa-global-admin',
  'no-mfa-admin',
  'no-mfa-account',
  'pending-mfa',
  'unused-admin',
  'unused-account',
  'old-password-admin',
  'leaver-live-accounts',
  'admin-role-granted',
  'api-token-admin',
  'mfa-reset-new-device',
  'push-fatigue',
] as const;
