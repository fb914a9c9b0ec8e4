import { NativeSelect, TextInput } from '@mantine/core';
import { Form, useLocation } from '@remix-run/react';
import type { GraphNode } from '~/api/nodes.server';
import { sourceWords } from '~/inventory/criticality-tag';
import { useSession } from '~/shell/session';
import { Disclosure, Fields, FormActions, Submit } from '~/ui/forms';
import { Panel } from '~/ui/page';
import { At } from '~/ui/time';
import { words } from '~/ui/words';
import { LEVELS, MAX_NOTE, PATHS } from './levels';

/** How much a node matters, who says so and why; of an app, a group or a role, as it is now, the form to say otherwise. */
export function CriticalityPanel({ node, changeable }: { node: GraphNode; changeable: boolean }) {
  const { can } = useSession();
  const { criticality } = node;
  if (criticality === null) return null;
  const { level, source, reason, rule, marking, suggestion } = criticality;
  const maySay = changeable && PATHS[node.kind] !== undefined && can('sources:manage') && level !== 'tier_zero';
  return (
    <Panel title="Criticality">
      <p>
        <strong>{words(level)}</strong> <span className="mute">{sourceWords(source)}</span>
        {reason === null ? null : `: ${reason}`}
      </p>
      {rule === null || source === 'rule' ? null : (
        <p className="mute">
          By rule it is {words(rule.level).toLowerCase()}: {rule.reason}
        </p>
      )}
      {marking === null ? null : (
        <p className="mute">
          {marking.by} said {words(marking.level).toLowerCase()} on <At at={marking.at} />.
        </p>
      )}
      {suggestion === null ? null : <p className="mute">It may be a crown jewel. {suggestion}</p>}
      {maySay ? <CriticalityForm node={node} /> : null}
    </Panel>
  );
}

function CriticalityForm({ node }: { node: GraphNode }) {
  const { pathname } = useLocation();
  const marking = node.criticality?.marking ?? null;
  return (
    <Disclosure label={marking === null ? 'Set by hand' : 'Change'}>
      <Form method="post" action="/criticality" className="stack" key={`${node.id} ${marking?.at}`}>
        <input type="hidden" name="kind" value={node.kind} />
        <input type="hidden" name="id" value={node.id} />
        <input type="hidden" name="back" value={pathname} />
        <Fields>
          <NativeSelect
            label="Level"
            name="level"
            data={[...LEVELS]}
            defaultValue={marking?.level ?? node.criticality?.level ?? 'crown_jewel'}
          />
          <TextInput label="Why" name="note" maxLength={MAX_NOTE} defaultValue={marking?.note ?? ''} />
        </Fields>
        <FormActions>
          <Submit intent="set">Save</Submit>
          {marking === null ? null : (
            <Submit intent="clear" variant="default">
              Leave it to labels and rules
            </Submit>
          )}
        </FormActions>
      </Form>
    </Disclosure>
  );
}
