interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
}

const MAX_DEPTH = 8;

/** A JSON Schema in one TypeScript-like phrase, for people: `{ id: string; next: string | null }`. */
export function schemaText(input: unknown, depth = 0): string {
  if (typeof input !== 'object' || input === null) return 'any';
  if (depth > MAX_DEPTH) return '…';
  const schema = input as JsonSchema;
  const inner = (one: unknown) => schemaText(one, depth + 1);
  if (schema.$ref) return schema.$ref.replace('#/components/schemas/', '');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf) return schema.anyOf.map(inner).join(' | ');
  if (schema.oneOf) return schema.oneOf.map(inner).join(' | ');
  if (schema.allOf) return schema.allOf.map(inner).join(' & ');
  const types = [schema.type ?? []].flat();
  if (types.length === 0) return schema.properties ? objectText(schema, depth) : 'any';
  return types.map((type) => typeText(type, schema, depth)).join(' | ');
}

function typeText(type: string, schema: JsonSchema, depth: number): string {
  if (type === 'object') return objectText(schema, depth);
  if (type === 'array') {
    const item = schemaText(schema.items, depth + 1);
    return item.includes(' | ') ? `(${item})[]` : `${item}[]`;
  }
  if (type === 'integer' && schema.minimum !== undefined && (schema.maximum ?? 0) > 0) {
    return `${schema.minimum} to ${schema.maximum}`;
  }
  return type === 'string' && schema.format ? schema.format : type;
}

function objectText(schema: JsonSchema, depth: number): string {
  const required = new Set(schema.required);
  const fields = Object.entries(schema.properties ?? {}).map(
    ([name, value]) => `${name}${required.has(name) ? '' : '?'}: ${schemaText(value, depth + 1)}`,
  );
  if (fields.length > 0) return `{ ${fields.join('; ')} }`;
  return typeof schema.additionalProperties === 'object'
    ? `Record<string, ${schemaText(schema.additionalProperties, depth + 1)}>`
    : 'object';
}
