import { guidOf } from './guid';

/** What a directory calls an object: of Active Directory the GUID, with the form that Okta keeps. */
export function DirectoryId({ id }: { id: string }) {
  const guid = guidOf(id);
  return (
    <span className="mono break">
      {guid ?? id}
      {guid === null ? null : <span className="mute"> ({id})</span>}
    </span>
  );
}
