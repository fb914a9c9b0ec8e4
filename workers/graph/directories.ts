import { DIRECTORY_APPS } from '../sources/okta/map/externals.ts';
import { grouped } from './group.ts';
import { set, type Tx } from './tx.ts';

/** Whom a directory knows an account as. */
export interface DirectoryRecord {
  /** The app that stands for the directory. */
  id: string;
  name: string;
  /** The object's own id there: of Active Directory the objectGUID. */
  externalId: string;
}

/** The directories that accounts come from, or go to, by account: where the assignment tells the object's id there. */
export function readDirectories(tx: Tx, accountIds: string[]): Map<string, DirectoryRecord[]> {
  const rows = tx.raw<[account: string, id: string, name: string, externalId: string]>(
    `SELECT e.from_id, n.id, n.name, e.attributes->>'externalId' FROM json_each(?1) j
     CROSS JOIN edge e ON e.from_id = j.value AND e.kind = 'ASSIGNED_TO' CROSS JOIN node n ON n.id = e.to_id
     WHERE e.attributes->>'externalId' <> '' AND n.attributes->>'catalogName' IN (SELECT value FROM json_each(?2))
     ORDER BY e.from_id, n.id`,
    set(accountIds),
    set(DIRECTORY_APPS),
  );
  return grouped(rows.map(([account, id, name, externalId]) => [account, { id, name, externalId }]));
}
