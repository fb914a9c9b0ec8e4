import { adminRoleGranted } from './admin-role-granted.ts';
import { apiTokenAdmin } from './api-token-admin.ts';
import { leaverLiveAccounts } from './leaver-live-accounts.ts';
import { mfaResetNewDevice } from './mfa-reset-new-device.ts';
import { noMfaAccount } from './no-mfa-account.ts';
import { noMfaAdmin } from './no-mfa-admin.ts';
import { noMfaGlobalAdmin } from './no-mfa-global-admin.ts';
import { oldPasswordAdmin } from './old-password-admin.ts';
import { pendingMfa } from './pending-mfa.ts';
import { pushFatigue } from './push-fatigue.ts';
import { SOURCE_DETECTIONS } from './source-detections.ts';
import type { Detection, DetectionInfo } from './types.ts';
import { unusedAccount } from './unused-account.ts';
import { unusedAdmin } from './unused-admin.ts';

/** Every detection that the graph decides, in the order in which they are shown. */
export const DETECTIONS: Detection[] = [
  noMfaGlobalAdmin,
  noMfaAdmin,
  noMfaAccount,
  pendingMfa,
  unusedAdmin,
  unusedAccount,
  oldPasswordAdmin,
  leaverLiveAccounts,
  adminRoleGranted,
  apiTokenAdmin,
  mfaResetNewDevice,
  pushFatigue,
];

const BY_ID = new Map<string, Detection>(DETECTIONS.map((detection) => [detection.id, detection]));

/** Undefined when there is no such detection: an issue may outlive the detection that made it. */
export function detectionById(id: string): Detection | undefined {
  return BY_ID.get(id);
}

/** Everything an issue can be of, in the order in which it is shown: the graph's detections, then those of sources. */
export const CATALOGUE: readonly DetectionInfo[] = [...DETECTIONS, ...SOURCE_DETECTIONS];

const INFO_BY_ID = new Map<string, DetectionInfo>(CATALOGUE.map((info) => [info.id, info]));

/** The texts of any detection; undefined when this version has none of that name. */
export function detectionInfo(id: string): DetectionInfo | undefined {
  return INFO_BY_ID.get(id);
}
