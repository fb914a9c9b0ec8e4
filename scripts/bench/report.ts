import { made, type Row } from './row.ts';

export interface Report {
  rows: Row[];
  /** Groups that died, each with the reason. */
  failed: string[];
  begin(group: string): void;
  /** The rows of the group that was begun. */
  end(found: Row[]): void;
  /** The group that was begun broke off: the rows that it made so far are its rows. */
  died(reason: string): void;
}

/** Collects the rows of groups, one group after the other, and shows each group's when it ends or breaks off. */
export function createReport(show: (group: string, rows: Row[]) => void): Report {
  const rows: Row[] = [];
  const failed: string[] = [];
  let running = '';
  let before = made.length;
  const end = (found: Row[]) => {
    rows.push(...found);
    if (found.length > 0) show(running, found);
  };
  return {
    rows,
    failed,
    begin(group) {
      running = group;
      before = made.length;
    },
    end,
    died(reason) {
      failed.push(`${running}: ${reason}`);
      end(made.slice(before));
    },
  };
}
