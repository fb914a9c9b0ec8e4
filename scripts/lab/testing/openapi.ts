import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { parse } from 'yaml';

type Json = Record<string, unknown>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where Okta's OpenAPI description lies, if the machine has it. */
export function openApiPath(): string | null {
  const folder = process.env.POSTERN_CORPORA;
  const path = folder === undefined ? null : join(folder, 'okta-openapi', 'management.yaml');
  return path !== null && existsSync(path) ? path : null;
}

/** Patterns of the description that not even its own examples match. */
const WRONG_PATTERNS: ReadonlySet<string> = new Set([
  String.raw`^P(?:$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?:\d)(\d+H)?(\d+M)?(\d+S)?)?$`,
  String.raw`^[a-zA-Z0-9.\-_]$`,
]);

/** Lists that leave out what Okta itself answers: its own examples and catalogue have these. */
const MORE_VALUES: Readonly<Record<string, readonly string[]>> = {
  // The default rule of identity provider discovery names Okta.
  LINKEDIN: ['OKTA'],
  // Office 365 federates by WS-Federation as well.
  template_wsfed: ['office365'],
  // The admin console is an OpenID Connect app with a name of its own.
  oidc_client: ['saasure'],
};

function widened(values: readonly unknown[]): unknown[] {
  return [...values, ...values.flatMap((value) => MORE_VALUES[String(value)] ?? [])];
}

/** Passwords and the like are required of whoever writes, and never answered. */
function isWriteOnly(schema: Json, name: unknown): boolean {
  const property = isJson(schema.properties) && typeof name === 'string' ? schema.properties[name] : undefined;
  return isJson(property) && property.writeOnly === true;
}

/** Okta sends null for what is not set even where the description names another type; recordings show it. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, withoutNulls(inner)]),
  );
}

/**
 * OpenAPI 3.0 → JSON Schema: `nullable` becomes a type, what only documents goes. A discriminator chooses the schema by
 * the value itself, as the description means it.
 */
function convert(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(convert);
  if (!isJson(node)) return node;
  if (typeof node.$ref === 'string') return { $ref: `okta${node.$ref}` };
  const out: Json = {};
  for (const [key, value] of Object.entries(node)) {
    if (
      ['example', 'examples', 'discriminator', 'xml', 'externalDocs', 'deprecated', 'default', 'nullable'].includes(key)
    )
      continue;
    if (key.startsWith('x-')) continue;
    // The inline flag is Java's; the casing does not matter for what the lab answers.
    if (key === 'pattern' && typeof value === 'string') {
      if (!WRONG_PATTERNS.has(value)) out.pattern = value.replace('(?i)', '');
    } else if (key === 'oneOf') {
      // Kinds overlap unless a discriminator tells them apart, and then it does so below.
      if (node.discriminator === undefined) out.anyOf = convert(value);
    } else if (key === 'enum' && Array.isArray(value) && node.nullable === true) out.enum = [...value, null];
    else if (key === 'properties' && isJson(value)) {
      out.properties = Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, convert(schema)]));
    } else if (key === 'required' && Array.isArray(value))
      out.required = value.filter((name) => !isWriteOnly(node, name));
    else if (key === 'enum' && Array.isArray(value)) out.enum = widened(value);
    else out[key] = convert(value);
  }
  if (node.nullable === true && typeof out.type === 'string') out.type = [out.type, 'null'];
  const chosen = discriminated(node);
  return chosen === null ? out : { allOf: [out, chosen] };
}

function discriminated(node: Json): Json | null {
  const { discriminator } = node;
  if (!isJson(discriminator) || !isJson(discriminator.mapping) || typeof discriminator.propertyName !== 'string')
    return null;
  const property = discriminator.propertyName;
  // A schema that only lists its kinds uses oneOf; the branches say the same, and each branch names its base again.
  const branches = Object.entries(discriminator.mapping).map(([value, ref]) => ({
    if: { properties: { [property]: { const: value } }, required: [property] },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
    then: { $ref: `leaf:${String(ref)}` },
  }));
  return { allOf: branches };
}

/** Schemas that a discriminator leads to must not lead back: there, the base is taken without its branches. */
function leafOf(schemas: Json, name: string): unknown {
  const schema = schemas[name];
  const strip = (node: unknown): unknown => {
    if (!isJson(node)) return node;
    const { discriminator: _discriminator, oneOf: _oneOf, ...rest } = node;
    if (Array.isArray(rest.allOf)) {
      rest.allOf = rest.allOf.map((part: unknown) => {
        const ref = isJson(part) && typeof part.$ref === 'string' ? part.$ref.split('/').pop() : undefined;
        return ref === undefined ? part : strip(schemas[ref]);
      });
    }
    return rest;
  };
  return strip(schema);
}

/** Compiles validators for the 200 answers of GET operations. */
export function loadOpenApi(path: string): (operationPath: string) => ValidateFunction {
  const document: unknown = parse(readFileSync(path, 'utf8'), { maxAliasCount: -1, uniqueKeys: false });
  if (!isJson(document) || !isJson(document.paths) || !isJson(document.components))
    throw new Error('not an OpenAPI document');
  const { paths, components } = document;
  const schemas = isJson(components.schemas) ? components.schemas : {};
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  formats.default(ajv);
  const main: Json = {};
  const leaves: Json = {};
  for (const name of Object.keys(schemas)) {
    main[name] = convert(schemas[name]);
    leaves[name] = convert(leafOf(schemas, name));
  }
  const text = JSON.stringify({ $id: 'okta', components: { schemas: main }, leaves })
    .replaceAll('okta#/components', '#/components')
    .replaceAll('leaf:#/components/schemas/', '#/leaves/');
  ajv.addSchema(JSON.parse(text));
  return (operationPath) => {
    const item = paths[operationPath];
    const get = isJson(item) ? item.get : undefined;
    const responses = isJson(get) ? get.responses : undefined;
    const ok = isJson(responses) ? responses['200'] : undefined;
    const content = isJson(ok) ? ok.content : undefined;
    const json = isJson(content) ? content['application/json'] : undefined;
    if (!isJson(json)) throw new Error(`${operationPath} describes no JSON answer`);
    const schema: unknown = JSON.parse(
      JSON.stringify(convert(json.schema)).replaceAll('leaf:#/components/schemas/', 'okta#/leaves/'),
    );
    return ajv.compile(isJson(schema) ? schema : {});
  };
}
