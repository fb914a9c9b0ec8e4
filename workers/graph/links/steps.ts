import type { LinkChange } from './link-accounts.ts';
import type { Parcel } from './parcels.ts';

type Ticket = Pick<Parcel, 'accountId' | 'token'>;

/** What a shard is asked to do with accounts that are joined, or split. Each is safe to repeat. */
export type LinkStep =
  | { do: 'link'; changes: LinkChange[] }
  /** Takes accounts out, for another shard; the answer carries them. */
  | { do: 'detach'; items: Ticket[] }
  /** Lays accounts down that came from another shard, and links them. */
  | { do: 'attach'; parcels: Parcel[]; changes: LinkChange[] }
  /** They have arrived. */
  | { do: 'forget'; items: Ticket[] };

export interface LinkAnswer {
  rowsWritten: number;
  parcels: Parcel[];
}
