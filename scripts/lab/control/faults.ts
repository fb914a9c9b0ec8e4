import { z } from 'zod';
import type { Rng } from '../core/rng.ts';

const share = z.union([z.boolean().transform((on) => (on ? 0.2 : 0)), z.number().min(0).max(1)]);

/** What `POST /lab/faults` takes. Shares are between 0 and 1. */
export const faultsSchema = z.strictObject({
  rate429: share.optional(),
  rate5xx: share.optional(),
  slowMs: z.number().int().min(0).max(60_000).optional(),
  emptyUsers: z.boolean().optional(),
  /** How many events reach the log's store late. */
  lateEvents: share.optional(),
  lateMs: z.number().int().min(1).max(600_000).optional(),
  /** How many deliveries and log pushes repeat. */
  duplicateEvents: share.optional(),
  outOfOrder: z.boolean().optional(),
  rateMultiplier: z.number().positive().optional(),
  expireCursors: z.boolean().optional(),
  forbidden: z.array(z.string()).optional(),
});

export type Faults = z.infer<typeof faultsSchema>;

/** The faults in force. Setting some leaves the others as they are. */
export interface LabFaults {
  current(): Faults;
  set(faults: Faults): void;
  clear(): void;
  /** True as often as the fault's share says. */
  happens(name: 'rate429' | 'rate5xx' | 'lateEvents' | 'duplicateEvents'): boolean;
  isForbidden(path: string): boolean;
}

export function createFaults(rng: Rng): LabFaults {
  let faults: Faults = {};
  return {
    current: () => faults,
    set: (more) => {
      faults = { ...faults, ...more };
    },
    clear: () => {
      faults = {};
    },
    happens: (name) => {
      const chance = faults[name] ?? 0;
      return chance > 0 && rng.chance(chance);
    },
    isForbidden: (path) => (faults.forbidden ?? []).some((pattern) => matchesPattern(pattern, path)),
  };
}

/** `*` stands for one step of the path. */
function matchesPattern(pattern: string, path: string): boolean {
  const [wanted, actual] = [pattern.split('/'), path.split('/')];
  return wanted.length === actual.length && wanted.every((step, i) => step === '*' || step === actual[i]);
}
