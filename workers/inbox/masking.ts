const MASK = '•••';

/** Fields whose whole value names a person. */
const PERSONAL_FIELD =
  /^(displayName|name|alternateId|actorAlternateId|actor_name|login|userName|email|secondEmail|firstName|lastName|middleName|nickName|fullName|phoneNumber|mobilePhone|primaryPhone|subject|city|state|postalCode|lat|lon)$/i;
// every repetition is bounded: a long string must not cost the square of its length
const EMAIL = /[^\s"<>,;]{1,254}@[^\s"<>,;(){}[\]:]{1,254}/g;
const IPV4 = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g;
const IPV6 = /(?<![\w:])(?=[0-9a-f]{0,4}:[0-9a-f]{0,4}:)[0-9a-f:.]{3,45}(?![\w:])/gi;
/** The same fields in JSON that was cut off and does not parse. */
const FIELD_IN_TEXT =
  /("(?:displayName|name|alternateId|actorAlternateId|login|userName|email|secondEmail|firstName|lastName|middleName|nickName|fullName|phoneNumber|mobilePhone|primaryPhone|subject|city|state|postalCode)"\s*:\s*)"(?:[^"\\]|\\.)*"?/gi;

/** A payload as people without `raw:read` see it: no names, e-mail addresses, places or IP addresses. */
export function maskText(payload: string): string {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return maskString(payload.replace(FIELD_IN_TEXT, `$1"${MASK}"`));
  }
  return JSON.stringify(maskValue(value));
}

/** The same for a value. */
export function maskValue(value: unknown, field = '', depth = 0): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (PERSONAL_FIELD.test(field) && typeof value !== 'object') return MASK;
  if (typeof value === 'string') return maskString(value);
  if (typeof value !== 'object') return value;
  if (depth > 50) return MASK;
  if (Array.isArray(value)) return value.map((item) => maskValue(item, field, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [maskString(key), maskValue(inner, key, depth + 1)]),
  );
}

function maskString(text: string): string {
  return text.replace(EMAIL, MASK).replace(IPV4, MASK).replace(IPV6, MASK);
}
