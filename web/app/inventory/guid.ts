/**
 * An objectGUID of Active Directory as people write it: Okta keeps its 16 bytes as base64, the first three fields of which
 * are little-endian (https://learn.microsoft.com/openspecs/windows_protocols/ms-dtyp). Null for anything else.
 */
export function guidOf(externalId: string): string | null {
  if (!/^[A-Za-z0-9+/]{22}==$/.test(externalId)) return null;
  const bytes = [...atob(externalId)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'));
  const field = (from: number, to: number) => bytes.slice(from, to);
  return [field(0, 4).reverse(), field(4, 6).reverse(), field(6, 8).reverse(), field(8, 10), field(10, 16)]
    .map((part) => part.join(''))
    .join('-');
}
