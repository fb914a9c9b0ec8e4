import type { GraphNode, NodeDetail } from '~/api/nodes.server';
import { Disclosure } from '~/ui/forms';
import { JsonView } from '~/ui/json';
import { Facts, Panel } from '~/ui/page';
import { Ago } from '~/ui/time';
import { number, words } from '~/ui/words';
import { attributeText, isDocument } from './attributes';

interface NodeFactsProps {
  node: GraphNode;
  usage: NodeDetail['usage'];
  sourceName: string;
}

export function NodeFacts({ node, usage, sourceName }: NodeFactsProps) {
  const told = Object.entries(node.attributes).flatMap(([key, value]) => {
    const shown = attributeText(value);
    return shown === null || key === 'status' ? [] : [{ label: words(key), value: shown }];
  });
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
  const documents = Object.entries(node.attributes).filter(([, value]) => isDocument(value));
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
