import type { ReactNode } from 'react';
import type { GraphNode, NodeDetail } from '~/api/nodes.server';
import { Disclosure } from '~/ui/forms';
import { JsonView } from '~/ui/json';
import { Facts, Panel } from '~/ui/page';
import { Ago } from '~/ui/time';
import { number, words } from '~/ui/words';
import { AssignmentScope } from './assignment-scope';
import { attributeText, isDocument } from './attributes';
import { DirectoryId } from './directory-id';

interface NodeFactsProps {
  detail: NodeDetail;
  sourceName: string;
  /** The moment that is looked at; null: now. */
  asOf: string | null;
}

/** What a group that comes from a directory is called there. */
const IN_DIRECTORY: Record<string, string> = {
  externalId: 'Id in the directory',
  objectSid: 'SID',
  dn: 'Distinguished name',
  windowsDomainQualifiedName: 'Name in the domain',
};

/** Attributes that are told in another way. */
const ELSEWHERE: Record<string, readonly string[]> = { role_assignment: ['scoped'] };

function attributeFacts({ kind, attributes }: GraphNode): { label: string; value: ReactNode }[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    const shown = attributeText(value);
    if (shown === null || key === 'status' || ELSEWHERE[kind]?.includes(key)) return [];
    const label = (kind === 'group' ? IN_DIRECTORY[key] : undefined) ?? words(key);
    const isId = kind === 'group' && key === 'externalId' && typeof value === 'string';
    return [{ label, value: isId ? <DirectoryId id={value} /> : shown }];
  });
}

export function NodeFacts({ detail, sourceName, asOf }: NodeFactsProps) {
  const { node } = detail;
  const usage = asOf === null ? detail.usage : null;
  const told = attributeFacts(node);
  const used =
    usage === null
      ? []
      : [
          { label: 'Last used', value: <Ago at={usage.lastUsedAt} /> },
          { label: 'Users, 30 days', value: number(usage.users30d) },
          { label: 'Sign-ons, 30 days', value: number(usage.signOns30d) },
        ];
  return (
    <Facts
      facts={[
        { label: 'Source', value: sourceName },
        { label: 'Id in the source', value: <span className="mono break">{node.nativeId}</span> },
        ...(node.since === null ? [] : [{ label: 'First seen', value: <Ago at={node.since} /> }]),
        ...(node.kind === 'role_assignment'
          ? [{ label: 'Scope', value: <AssignmentScope detail={detail} asOf={asOf} /> }]
          : []),
        ...used,
        ...told.filter(({ label }) => !TAKEN.has(label)),
      ]}
    />
  );
}

/** Labels of the facts above: an attribute of that name would stand twice. */
const TAKEN = new Set([
  'Source',
  'Id in the source',
  'First seen',
  'Last used',
  'Users, 30 days',
  'Sign-ons, 30 days',
  'Name',
]);

/** Attributes that are documents: rules, settings, conditions. */
export function NodeDocuments({ node }: { node: GraphNode }) {
  // what a resource set leaves out has a table of its own
  const documents = Object.entries(node.attributes).filter(
    ([key, value]) => isDocument(value) && !(node.kind === 'resource_set' && key === 'excluded'),
  );
  if (documents.length === 0) return null;
  return (
    <Panel title="Details">
      <div className="stack">
        {documents.map(([key, value]) => (
          <Disclosure key={key} label={words(key)} tone="plain">
            <JsonView value={value} label={`${words(key)} of ${node.name}`} />
          </Disclosure>
        ))}
      </div>
    </Panel>
  );
}
